import { getCompileCacheDir } from 'node:module';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultEngine, type EngineChoice } from '../stack/engine-choice.ts';
import { leftovers } from '../stack/run-directory.ts';
import type { PartName } from '../stack/topology.ts';
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
        ...(await engineRows(program.opts<{ engine?: EngineChoice }>().engine ?? defaultEngine)),
        await networkRow(),
        ...leftoverRows(),
        ...(await placeRows()),
      ];
      const width = Math.max(...rows.map(([name]) => name.length)) + 2;
      const room = (process.stdout.columns ?? Number.POSITIVE_INFINITY) - width;
      const lines = rows.flatMap(([name, value]) =>
        folded(value, room).map((text, index) => (index === 0 ? name : '').padEnd(width) + text),
      );
      process.stdout.write(`${lines.join('\n')}\n`);
    });
};

/** Between words only: a path that is longer than the line can still be copied. */
const folded = (text: string, width: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
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

const engineRows = async (choice: EngineChoice): Promise<Row[]> => {
  const { embeddedEngines, findInstalled } = await import('../stack/engines.ts');
  const found = await findInstalled();
  const embedded = (part: PartName): string => embeddedEngines[part].label;
  const row = (part: 'web' | 'db'): Row => {
    const { engine, reason } = found[part];
    if (!engine) return [part, choice === 'installed' ? `none: ${reason}` : `${embedded(part)}; ${reason}`];
    const installed = `${engine.label} (${found[part].file})`;
    return choice === 'embedded'
      ? [part, `${embedded(part)}; ${installed} is used with --engine auto or installed`]
      : [part, `${installed}${choice === 'auto' ? ', or embedded where it does not start' : ''}`];
  };
  return [['dns', embedded('dns')], row('web'), ['app', embedded('app')], row('db')];
};

const networkRow = async (): Promise<Row> => {
  const { probePrivateInternet } = await import('../stack/network/probe.ts');
  const refused = await probePrivateInternet();
  return [
    'private internet',
    refused === undefined
      ? 'works: web-stack-tutor shell opens it, and s in the lab'
      : `none here: ${refused}`,
  ];
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
