import { useApp, useStdin } from 'ink';
import { useCallback } from 'react';
import type { OpenEditor } from '../../lab/language.ts';
import type { PrivateInternet } from '../../stack/network/private-internet.ts';

/** Opens the private internet, and runs the learner's own shell there; rejects with a sentence where it is refused. */
export type EnterShell = (signal: AbortSignal) => Promise<string>;

/** Hands the terminal to another program while `use` runs, and takes it back. */
type Lend = <Result>(use: () => Promise<Result>) => Promise<Result>;

const useLend = (): Lend => {
  const { suspendTerminal } = useApp();
  const { stdin } = useStdin();
  return useCallback(
    async <Result>(use: () => Promise<Result>) => {
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      await suspendTerminal(async () => {
        await letGoOf(stdin);
        await use().then(resolve, reject);
      });
      // Only the other program was told when the terminal changed its size.
      process.kill(process.pid, 'SIGWINCH');
      return promise;
    },
    [suspendTerminal, stdin],
  );
};

/** Opens files in the learner's own editor. */
export const useOwnEditor = (ended: AbortSignal | undefined): OpenEditor => {
  const lend = useLend();
  return useCallback(
    async path => {
      const { runOwnEditor } = await import('../../plain/own-editor.ts');
      await lend(() => runOwnEditor(path, ended ?? new AbortController().signal));
    },
    [lend, ended],
  );
};

/** Hands the terminal to the learner's own shell, and takes it back; resolves to what came of it. */
export const useOwnShell = (
  openNetwork: () => Promise<PrivateInternet>,
  ended: AbortSignal | undefined,
): EnterShell => {
  const lend = useLend();
  return useCallback(
    async cancelled => {
      const [network, { runOwnShell }] = await Promise.all([
        openNetwork(),
        import('../../plain/own-shell.ts'),
      ]);
      if (cancelled.aborted || ended?.aborted) return 'cancelled';
      const code = await lend(() =>
        runOwnShell(network, {
          leave: 'leads back to the lab',
          signal: ended ?? new AbortController().signal,
        }),
      );
      return `your shell has ended with exit code ${code}`;
    },
    [openNetwork, ended, lend],
  );
};

/** Ink no longer listens, but Node goes on reading what is typed until the stream is paused, a turn later. */
const letGoOf = async (stdin: NodeJS.ReadableStream): Promise<void> => {
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
  await turn();
  stdin.pause();
  await turn();
};
