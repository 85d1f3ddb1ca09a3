import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StackError } from '../stack/stack.ts';
import { lendTerminal } from './own-shell.ts';

/** What is on most machines, the one that says how it is left first. */
const usual = ['nano', 'vi', 'vim'];

/** What the learner has chosen, or the first usual one that is installed. Throws StackError when there is none. */
export const editorOf = (
  { VISUAL, EDITOR, PATH = '' }: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string => {
  const editor = VISUAL || EDITOR || (platform === 'win32' ? 'notepad' : usual.find(isOn(PATH)));
  if (!editor)
    throw new StackError(
      `there is no editor: EDITOR is not set, and none of ${usual.join(', ')} is installed; replace changes files without one`,
    );
  return editor;
};

const isOn =
  (path: string) =>
  (program: string): boolean =>
    path.split(delimiter).some(folder => folder !== '' && isProgram(join(folder, program)));

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

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
  if (signal.aborted) end();
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
