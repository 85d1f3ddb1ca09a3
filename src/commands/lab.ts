import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { NetworkChoice } from '../stack/network/network-choice.ts';
import { exitCodes, type Register, UsageError } from './exit.ts';
import { networkOption } from './network.ts';
import { mustReadAnswers } from './plain.ts';
import { startScreens, wantsScreens } from './screens.ts';
import { useNetwork, withStack } from './with-stack.ts';

export const registerLab: Register = (program, outcome) => {
  program
    .command('lab')
    .description('play with the stack; --run takes the commands from a file')
    .option('--run <file>', 'run lab commands from a file ("-" for standard input)')
    .option('--json', 'with --run: JSON Lines, one object a command')
    .addOption(networkOption())
    .action(async (options: { run?: string; json?: boolean; network: NetworkChoice }) => {
      useNetwork(options.network);
      if (options.json && options.run === undefined)
        throw new UsageError('--json goes with --run FILE: only a script has results to print');
      if (options.run !== undefined) outcome.code = await runFile(options.run, options.json === true);
      else if (wantsScreens(program)) outcome.code = await startScreens({ name: 'lab' });
      else {
        mustReadAnswers('the lab has a prompt');
        outcome.code = await prompt();
      }
    });
};

const runFile = async (file: string, json: boolean): Promise<number> => {
  const script = await read(file);
  const [{ runScript }, { glyphsFor, needsAscii }] = await Promise.all([
    import('../lab/script.ts'),
    import('../plain/glyphs.ts'),
  ]);
  const { tick, cross } = glyphsFor(needsAscii(process.env));
  return withStack(({ openStack, signal }) =>
    runScript({
      text: script,
      fileName: file === '-' ? 'standard input' : file,
      json,
      signal,
      openStack,
      out: line => process.stdout.write(`${line}\n`),
      err: line => process.stderr.write(`${line}\n`),
      marks: { yes: tick, no: cross },
    }),
  );
};

const read = async (file: string): Promise<string> => {
  if (file === '-') {
    if (process.stdin.isTTY) process.stderr.write('Type lab commands; Ctrl+D runs them.\n');
    return text(process.stdin);
  }
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${file} cannot be read (${error.code ?? error.message}): give the path of a file with lab commands`,
    );
  });
};

const prompt = (): Promise<number> =>
  withStack(async ({ openStack, openNetwork, signal, interrupt }) => {
    const [{ openConsole }, { playLab }] = await Promise.all([
      import('../plain/console.ts'),
      import('../plain/lab-prompt.ts'),
    ]);
    const console = openConsole({ signal, interrupt });
    try {
      const held = await playLab({ console, openStack, openNetwork, signal });
      // Somebody who tries things out has not failed when one of them does not hold.
      return held || process.stdin.isTTY ? exitCodes.done : exitCodes.failed;
    } finally {
      console.close();
    }
  });
