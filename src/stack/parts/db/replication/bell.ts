/** Wakes whoever waits for something to change. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, when the time is over, or when the signal fires. */
  wait(signal: AbortSignal, ms?: number): Promise<void>;
}

const longestMs = 2 ** 30;

export const createBell = (): Bell => {
  const waiting = new Set<() => void>();
  return {
    ring: () => {
      for (const done of [...waiting]) done();
    },
    wait: (signal, ms) =>
      new Promise(resolve => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = ms === undefined ? undefined : setTimeout(done, Math.min(ms, longestMs));
        waiting.add(done);
        signal.addEventListener('abort', done);
        if (signal.aborted) done();
      }),
  };
};
