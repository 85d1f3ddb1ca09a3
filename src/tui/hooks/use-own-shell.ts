import { useApp, useStdin } from 'ink';
import { useCallback } from 'react';
import type { PrivateInternet } from '../../stack/network/private-internet.ts';

/** Opens the private internet, and runs the learner's own shell there; rejects with a sentence where it is refused. */
export type EnterShell = (signal: AbortSignal) => Promise<string>;

/** Hands the terminal to the learner's own shell, and takes it back; resolves to what came of it. */
export const useOwnShell = (
  openNetwork: () => Promise<PrivateInternet>,
  ended: AbortSignal | undefined,
): EnterShell => {
  const { suspendTerminal } = useApp();
  const { stdin } = useStdin();
  return useCallback(
    async cancelled => {
      const [network, { runOwnShell }] = await Promise.all([
        openNetwork(),
        import('../../plain/own-shell.ts'),
      ]);
      if (cancelled.aborted || ended?.aborted) return 'cancelled';
      let code = 0;
      await suspendTerminal(async () => {
        await letGoOf(stdin);
        code = await runOwnShell(network, {
          leave: 'leads back to the lab',
          signal: ended ?? new AbortController().signal,
        });
      });
      // Only the shell was told when the terminal changed its size.
      process.kill(process.pid, 'SIGWINCH');
      return `your shell has ended with exit code ${code}`;
    },
    [openNetwork, ended, suspendTerminal, stdin],
  );
};

/** Ink no longer listens, but Node goes on reading what is typed until the stream is paused, a turn later. */
const letGoOf = async (stdin: NodeJS.ReadableStream): Promise<void> => {
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
  await turn();
  stdin.pause();
  await turn();
};
