import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard } from './guard.ts';
import type { Exit, GuardedProcess, Talk } from './guarded-process.ts';
import type { PartEngine, Placement, RunHelper } from './parts/part.ts';
import { type Action, type PartState, StackError } from './stack.ts';

const readyDeadlineMs = 20_000;
const stopDeadlineMs = 3_000;
const helperDeadlineMs = 60_000;
const pollMs = 8;

/** The part could not be prepared, or ended before it was ready; `output` is what it said last. */
export class StartError extends StackError {
  readonly engine: PartEngine;
  readonly output: string;

  constructor(message: string, engine: PartEngine, output: string) {
    super(message);
    this.engine = engine;
    this.output = output;
  }
}

/** One part in its place: its process and its state. */
export interface Runner {
  readonly at: Placement;
  readonly engine: PartEngine;
  readonly state: PartState;
  readonly pid: number | undefined;
  /** With its process, where its engine asked for it. */
  readonly talk: Talk | undefined;
  /** Whether the action makes sense in the present state. */
  allows(action: Action): boolean;
  /** Does it, and resolves when it has taken effect: started means the part has answered. */
  act(action: Action, signal?: AbortSignal): Promise<void>;
}

type StateListener = (state: PartState, message?: string) => void;

export const createRunner = (
  engine: PartEngine,
  at: Placement,
  guard: Guard,
  onState: StateListener,
): Runner => {
  let state: PartState = 'stopped';
  let running: GuardedProcess | undefined;
  const output = join(at.dir, 'output.log');

  const become = (next: PartState, message?: string): void => {
    state = next;
    onState(next, message);
  };

  /** Waits until the process is gone; `undefined` when it is still there at the deadline. */
  const gone = (process: GuardedProcess, deadlineMs: number): Promise<Exit | undefined> => {
    const timer = new AbortController();
    return Promise.race([
      process.exited,
      sleep(deadlineMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]).finally(() => timer.abort());
  };

  /** Until it says that it listens, ends, or the signal fires: asking before would take time from its start. */
  const heardFrom = (process: GuardedProcess, signal: AbortSignal): Promise<unknown> => {
    const over = new AbortController();
    const waiting = sleep(readyDeadlineMs, undefined, { signal: AbortSignal.any([signal, over.signal]) });
    return Promise.race([process.told, process.exited, waiting.catch(() => {})]).finally(() => over.abort());
  };

  const untilReady = async (process: GuardedProcess, signal: AbortSignal | undefined): Promise<void> => {
    let exit: Exit | undefined;
    void process.exited.then(found => {
      exit = found;
    });
    const deadline = AbortSignal.timeout(readyDeadlineMs);
    const given = signal ? AbortSignal.any([signal, deadline]) : deadline;
    await heardFrom(process, given);
    while (!(await engine.answers(at, AbortSignal.any([given, AbortSignal.timeout(1000)])))) {
      if (exit) {
        const said = tail(output);
        const why = engine.complaint?.(said) ?? lastLine(output);
        throw new StartError(`${at.plan.id} ended while it was starting: ${why}`, engine, said);
      }
      if (signal?.aborted) throw new StackError(`the start of ${at.plan.id} was cancelled`);
      if (deadline.aborted)
        throw new StackError(`${at.plan.id} was started but did not answer: ${lastLine(output)}`);
      await sleep(pollMs);
    }
  };

  const runHelper: RunHelper = async (launch, why) => {
    become('starting', why);
    const log = join(at.dir, 'helper.log');
    const helper = await guard.spawn(launch, { cwd: at.dir, output: log });
    const exit = await gone(helper, helperDeadlineMs);
    if (!exit) helper.signal('SIGKILL');
    const said = await readFile(log, 'utf8').catch(() => '');
    await rm(log, { force: true });
    return { code: exit?.code ?? null, output: said };
  };

  const start = async (signal?: AbortSignal): Promise<void> => {
    become('starting');
    try {
      await mkdir(at.dir, { recursive: true });
      await engine.prepare(at, runHelper).catch(error => {
        if (!(error instanceof StackError)) throw error;
        throw new StartError(`${at.plan.id} cannot be started: ${error.message}`, engine, '');
      });
      if (signal?.aborted) throw new StackError(`the start of ${at.plan.id} was cancelled`);
      const process = await guard.spawn(engine.launch(at), { cwd: at.dir, output });
      running = process;
      // What it has to say is no reason to live on for.
      process.talk?.hold(false);
      void process.exited.then(() => {
        if (running !== process) return;
        running = undefined;
        if (state === 'running' || state === 'paused') become('crashed', `${at.plan.id} ended by itself`);
      });
      await untilReady(process, signal);
      become('running');
    } catch (error) {
      await halt('SIGKILL');
      become('crashed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  };

  const halt = async (how: NodeJS.Signals): Promise<void> => {
    const process = running;
    running = undefined;
    if (!process) return;
    process.signal(how);
    // A paused process does not see the signal before it goes on.
    process.signal('SIGCONT');
    if (await gone(process, stopDeadlineMs)) return;
    process.signal('SIGKILL');
    // Nothing survives that; only a guard that is stopped itself would not tell us.
    await gone(process, stopDeadlineMs);
  };

  const stop = async (): Promise<void> => {
    await halt('SIGTERM');
    become('stopped');
  };

  const act = async (action: Action, signal?: AbortSignal): Promise<void> => {
    switch (action) {
      case 'start':
        return start(signal);
      case 'stop':
        return stop();
      case 'kill':
        await halt('SIGKILL');
        return become('crashed', `${at.plan.id} was killed`);
      case 'restart':
        await stop();
        return start(signal);
      case 'reload': {
        if (!running) return;
        const { pid, signal: send } = running;
        const hangUp = (): void => send('SIGHUP');
        return engine.reload ? engine.reload(at, pid, hangUp) : hangUp();
      }
      case 'pause':
        running?.signal('SIGSTOP');
        return become('paused');
      case 'resume':
        running?.signal('SIGCONT');
        return become('running');
    }
  };

  return {
    at,
    engine,
    act,
    get state() {
      return state;
    },
    get pid() {
      return running?.pid;
    },
    get talk() {
      return running?.talk;
    },
    allows: action => {
      if (action === 'start') return state === 'stopped' || state === 'crashed';
      if (action === 'resume') return state === 'paused';
      if (action === 'restart') return true;
      if (action === 'reload') return state === 'running' && engine.reloads;
      return state === 'running' || (state === 'paused' && action !== 'pause');
    },
  };
};

const tail = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  } catch {
    return '';
  }
};

const lastLine = (file: string): string => tail(file).split('\n').at(-1) || 'it said nothing';
