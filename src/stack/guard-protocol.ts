/** What the tutor asks of the guard. */
export type GuardRequest =
  | {
      type: 'spawn';
      id: string;
      file: string;
      args: string[];
      env: Record<string, string>;
      cwd: string;
      output: string;
      deathSignal: 'SIGKILL' | 'SIGTERM';
    }
  | { type: 'signal'; id: string; signal: NodeJS.Signals }
  /** Stop everything, remove the run directory, and end. */
  | { type: 'end' };

/** What the guard tells the tutor. */
export type GuardReport =
  | { type: 'spawned'; id: string; pid: number }
  | { type: 'failed'; id: string; message: string }
  | { type: 'exited'; id: string; pid: number; code: number | null; signal: NodeJS.Signals | null };
