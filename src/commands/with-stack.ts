import type { EngineChoice } from '../stack/engine-choice.ts';
import type { Stack, StackEvent } from '../stack/stack.ts';
import { exitCodes } from './exit.ts';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Work {
  /** Fires when the learner or the system ends the program, and when nobody reads its output any more. */
  signal: AbortSignal;
  interrupt(): void;
  /** Brings the stack up at the first call; later calls get the same one, or try again when that failed. */
  openStack(): Promise<Stack>;
}

let engine: EngineChoice | undefined;

/** What `--engine` says, for every stack of this command line. */
export const useEngine = (choice: EngineChoice | undefined): void => {
  engine = choice;
};

/** While the stack starts: what takes longer than usual, and what is not as it was asked for. */
const tell = (event: StackEvent): void => {
  if (event.type === 'part' && event.state === 'starting' && event.message)
    process.stderr.write(`${event.message}\n`);
};

/**
 * Runs a command that may use a stack, and takes that down however the command ends. A signal aborts the work:
 * then the exit code is 130. `quiet` is for screens, which say themselves what is going on.
 */
export const withStack = async (
  use: (work: Work) => Promise<number>,
  { quiet = false } = {},
): Promise<number> => {
  const end = new AbortController();
  let ending: number | undefined;
  const endWith = (code: number): void => {
    ending ??= code;
    end.abort();
  };
  const interrupt = (): void => endWith(exitCodes.interrupted);
  // Whoever closes a pipe (`| head -1`) has read enough: that is no failure.
  const unread = (): void => endWith(exitCodes.done);
  for (const signal of endings) process.on(signal, interrupt);
  process.stdout.on('error', unread);
  // The work may be over before the stack is up.
  const over = new AbortController();
  let coming: Promise<Stack> | undefined;
  const openStack = (): Promise<Stack> => {
    if (coming) return coming;
    if (!quiet) process.stderr.write('Starting the stack: dns, web, app and db ...\n');
    const opened = import('../stack/bring-up.ts').then(({ bringUp }) =>
      bringUp({
        signal: AbortSignal.any([end.signal, over.signal]),
        ...(engine && { engine }),
        ...(!quiet && { onEvent: tell }),
      }),
    );
    opened.catch(() => {
      coming = undefined;
    });
    coming = opened;
    return opened;
  };
  try {
    const code = await use({ signal: end.signal, interrupt, openStack });
    return ending ?? code;
  } catch (error) {
    if (ending !== undefined) return ending;
    throw error;
  } finally {
    over.abort();
    const stack = await coming?.catch(() => undefined);
    await stack?.down();
    process.stdout.off('error', unread);
    for (const signal of endings) process.off(signal, interrupt);
  }
};
