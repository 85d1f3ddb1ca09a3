import { spawn } from 'node:child_process';
import { accessSync, constants as fileModes } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import { siteHost } from '../stack/topology.ts';

// A shell inside has no way to give the terminal back: the process group that had it before does not exist in its PID
// namespace. So a shell outside that controls jobs lends it, takes it back, and undoes what stty(1) has done. One that
// suspends itself goes on at once: otherwise it would stay stopped for good, and seem to have ended.
export const lendTerminal = [
  'saved=$(stty -g); "$@"; code=$?',
  'while kill -0 %% 2>/dev/null; do fg >/dev/null; code=$?; done',
  'stty "$saved"; exit "$code"',
].join('\n');

export interface OwnShell {
  /** What `exit` does, for the greeting. */
  leave: string;
  /** Ends the shell, and everything inside with it. */
  signal: AbortSignal;
}

/**
 * Runs the learner's own shell inside, with the terminal or with the standard input as its script. Resolves to its exit
 * code, which is 128 and more when a signal has ended it.
 */
export const runOwnShell = async (network: PrivateInternet, { leave, signal }: OwnShell): Promise<number> => {
  const interactive = isatty(0);
  const [entrance, ...words] = [...network.entrance, process.cwd(), learnersShell()] as const;
  if (interactive) process.stderr.write(greeting(leave));
  const end = (): void => void network.close();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await new Promise<number>((resolve, reject) => {
      const env = { ...network.environment(process.env), ...(interactive && promptOf(process.env)) };
      const options = { stdio: 'inherit', env } as const;
      const shell = interactive
        ? spawn('/bin/sh', ['-mc', lendTerminal, 'sh', entrance, ...words], options)
        : spawn(entrance, words, options);
      shell.once('error', reject);
      shell.once('exit', (code, by) => resolve(code ?? 128 + (by ? constants.signals[by] : 0)));
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
};

/**
 * Puts `(lab)` before the prompt, so that it can be seen where one is. Bash obeys its start files first and then
 * PROMPT_COMMAND before each prompt; other shells take PS1 where their start files leave it alone.
 */
const promptOf = ({ PROMPT_COMMAND, PS1 = '$ ' }: NodeJS.ProcessEnv): Record<string, string> => ({
  PROMPT_COMMAND: `${PROMPT_COMMAND ? `${PROMPT_COMMAND}; ` : ''}PS1="(lab) \${PS1#(lab) }"`,
  PS1: `(lab) ${PS1}`,
});

const greeting = (leave: string): string =>
  [
    'Your own shell: the addresses of the lab are real here, and nothing leaves.',
    `Try: dig ${siteHost}    curl -v https://${siteHost}/`,
    `     mariadb -h 127.0.0.1 -u web foobar    exit ${leave}`,
    '',
  ].join('\n');

/** Accounts of servers have a shell that only says no. */
const learnersShell = (): string => {
  const { SHELL = '' } = process.env;
  return [...(/(nologin|false)$/.test(SHELL) ? [] : [SHELL]), '/bin/bash'].find(isProgram) ?? '/bin/sh';
};

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, fileModes.X_OK);
    return true;
  } catch {
    return false;
  }
};
