import type { Stack, StackEvent } from '../stack/stack.ts';
import { exitCodes } from './exit.ts';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Brings a stack up, hands it over, and takes it down again however that ends. A signal aborts the work:
 * then the exit code is 130.
 */
export const withStack = async (
  use: (stack: Stack, signal: AbortSignal) => Promise<number>,
  onEvent?: (event: StackEvent) => void,
): Promise<number> => {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort();
  for (const ending of endings) process.on(ending, onSignal);
  let stack: Stack | undefined;
  try {
    const { bringUp } = await import('../stack/bring-up.ts');
    stack = await bringUp({ signal: interrupt.signal, ...(onEvent ? { onEvent } : {}) });
    const code = await use(stack, interrupt.signal);
    return interrupt.signal.aborted ? exitCodes.interrupted : code;
  } catch (error) {
    if (interrupt.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    await stack?.down();
    for (const ending of endings) process.off(ending, onSignal);
  }
};
