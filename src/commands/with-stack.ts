import type { Stack } from '../stack/stack.ts';
import { exitCodes } from './exit.ts';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Work {
  /** Fires when the learner or the system ends the program. */
  signal: AbortSignal;
  interrupt(): void;
  /** Brings the stack up at the first call; later calls get the same one. */
  openStack(): Promise<Stack>;
}

/**
 * Runs a command that may use a stack, and takes that down however the command ends. A signal aborts the work:
 * then the exit code is 130.
 */
export const withStack = async (use: (work: Work) => Promise<number>): Promise<number> => {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  for (const ending of endings) process.on(ending, onSignal);
  // The work may be over before the stack is up.
  const over = new AbortController();
  let coming: Promise<Stack> | undefined;
  const openStack = (): Promise<Stack> => {
    coming ??= import('../stack/bring-up.ts').then(({ bringUp }) =>
      bringUp({ signal: AbortSignal.any([interrupt.signal, over.signal]) }),
    );
    return coming;
  };
  try {
    const code = await use({ signal: interrupt.signal, interrupt: onSignal, openStack });
    return interrupt.signal.aborted ? exitCodes.interrupted : code;
  } catch (error) {
    if (interrupt.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    over.abort();
    const stack = await coming?.catch(() => undefined);
    await stack?.down();
    for (const ending of endings) process.off(ending, onSignal);
  }
};
