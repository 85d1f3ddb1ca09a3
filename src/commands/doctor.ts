import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { release, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { leftovers } from '../stack/run-directory.ts';
import type { Register } from './exit.ts';
import { version } from './version.ts';

export const registerDoctor: Register = program => {
  program
    .command('doctor')
    .description('look at this machine: Node, terminal, engines, leftovers, and where things are kept')
    .action(async () => {
      const rows = [
        ...machineRows(),
        ...terminalRows(),
        ...(await engineRows()),
        ...leftoverRows(),
        ...(await placeRows()),
      ];
      const width = Math.max(...rows.map(([name]) => name.length));
      process.stdout.write(rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(''));
    });
};

type Row = [name: string, value: string];

const machineRows = (): Row[] => [
  ['web-stack-tutor', version()],
  ['Node', `${process.versions.node} (22.13 or newer is needed)`],
  ['system', `${process.platform} ${release()} ${process.arch}`],
];

const terminalRows = (): Row[] => {
  const { stdout, stdin, env } = process;
  if (!stdout.isTTY || !stdin.isTTY)
    return [['terminal', 'none: input or output is not a terminal, so everything is printed as plain lines']];
  const small = stdout.columns < 60 || stdout.rows < 16;
  const colours = env.NO_COLOR ? 'off (NO_COLOR is set)' : `${2 ** stdout.getColorDepth()} colours`;
  return [
    ['terminal', env.TERM ?? 'TERM is not set'],
    [
      'size',
      `${stdout.columns}x${stdout.rows}${small ? ' (too small for the screens: 60x16 is needed)' : ''}`,
    ],
    ['colour', colours],
  ];
};

const engineRows = async (): Promise<Row[]> => [
  ['dns', 'embedded'],
  ['web', `embedded; ${await found(['nginx'], '-v')}`],
  ['app', 'embedded'],
  ['db', `embedded; ${await found(['mariadbd', 'mysqld'], '--version')}`],
];

const usualPlaces = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/opt/local/sbin',
];

const found = async (names: readonly string[], versionFlag: string): Promise<string> => {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...usualPlaces];
  const file = names.flatMap(name => folders.map(folder => join(folder, name))).find(isProgram);
  if (!file) return `no ${names.join(' or ')} is installed`;
  const { stdout, stderr } = await promisify(execFile)(file, [versionFlag], { timeout: 5000 }).catch(
    (error: { stdout?: string; stderr?: string }) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr ?? '',
    }),
  );
  const text = `${stdout}${stderr}`.trim().split('\n')[0] ?? '';
  return `found ${file} (${/(\d+\.[\w.-]+)/.exec(text)?.[1] ?? 'version unknown'}), which is not used yet`;
};

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const leftoverRows = (): Row[] => {
  const dirs = leftovers();
  return [
    [
      'leftovers',
      dirs.length === 0 ? 'none' : `${dirs.join(', ')} (the next stack that starts removes them)`,
    ],
  ];
};

const placeRows = async (): Promise<Row[]> => {
  const { progressFile } = await import('../progress/store.ts');
  return [
    [
      'progress',
      (await progressFile()) ?? 'nowhere: set WEB_STACK_TUTOR_HOME to a folder that can be written',
    ],
    ['compiled code', getCompileCacheDir() ?? 'not kept'],
    ['run files', `${join(tmpdir(), 'wst-*')} while a stack runs`],
  ];
};
