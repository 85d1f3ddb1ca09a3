import { spawn } from 'node:child_process';
import { StackError } from '../stack/stack.ts';
import { lendTerminal } from './own-shell.ts';

/** What the learner has chosen, or what there is on most machines. */
const editorOf = ({ VISUAL, EDITOR }: NodeJS.ProcessEnv): string =>
  VISUAL || EDITOR || (process.platform === 'win32' ? 'notepad' : 'vi');

/** Opens a file in the learner's own editor, which has the terminal meanwhile; throws StackError when that fails. */
export const runOwnEditor = async (path: string, signal: AbortSignal): Promise<void> => {
  const editor = editorOf(process.env);
  // A setting such as `code --wait` holds words; sh(1) takes it apart as git does.
  const words = ['/bin/sh', '-c', `${editor} "$1"`, 'sh', path];
  const child =
    process.platform === 'win32'
      ? spawn(`${editor} "${path}"`, { stdio: 'inherit', shell: true })
      : spawn('/bin/sh', ['-mc', lendTerminal, 'sh', ...words], { stdio: 'inherit' });
  const end = (): void => void child.kill('SIGHUP');
  signal.addEventListener('abort', end, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code === 126 || code === 127)
      throw new StackError(`the editor "${editor}" cannot be started: set EDITOR to one that is installed`);
  } finally {
    signal.removeEventListener('abort', end);
  }
};
