import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, run } from './cli.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('a command line that is wrong', () => {
  it.each([
    [['lern'], 'there is no command "lern": did you mean learn?'],
    [['lern', '--json'], 'there is no command "lern": did you mean learn?'],
    [['zzzzzz'], /^there is no command "zzzzzz": there is learn, quiz, /],
    [['--plian'], "unknown option '--plian': did you mean --plain?"],
    [['request', '--jsno'], "unknown option '--jsno': did you mean --json?"],
    [['learn', 'usr-story'], 'there is no lesson "usr-story": did you mean user-story?'],
    [['quiz', 'zzzzzz'], /^there is no quiz "zzzzzz": there is components, /],
    [['progress', 'rest'], 'there is no command progress "rest": did you mean reset?'],
    [['progress', 'reset', 'requset'], 'there is no lesson or quiz "requset": did you mean request?'],
    [['doctor', 'x'], 'too many arguments: web-stack-tutor --help shows what there is'],
    [['lab', '--json'], '--json goes with --run FILE: only a script has results to print'],
    [['lab', '--run'], /^option '--run <file>' argument missing: /],
    [['lab', '--run', '/no/such/file'], /^\/no\/such\/file cannot be read \(ENOENT\): /],
    [['request', 'ftp://x'], 'ftp://x: the browser speaks http:// and https://, not ftp://'],
  ])('%j: one sentence, exit 2, and nothing on standard output', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(linesOf(stderr)).toEqual([typeof message === 'string' ? message : expect.stringMatching(message)]);
  });
});

describe('help and version', () => {
  it('lists the commands, and each has a help of its own', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)/gm)].map(
      ([, name = '']) => name,
    );
    expect(commands).toEqual([
      'learn',
      'quiz',
      'review',
      'glossary',
      'lab',
      'request',
      'up',
      'shell',
      'check',
      'progress',
      'export',
      'doctor',
    ]);
    for (const name of commands) {
      const own = await run([name, '--help']);
      expect(own.code).toBe(0);
      expect(own.stdout).toContain(`Usage: web-stack-tutor ${name}`);
      expect(own.stdout).toContain('--plain');
    }
    expect(linesOf(stdout).filter(line => line.length > 80)).toEqual([]);
  });

  it('prints the version of the package', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('a Node that is too old', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'node-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['20.20.2', '22.12.0', '18.0.0'])('%s is told so in one line, exit 2', async old => {
    const preload = join(folder, `${old}.cjs`);
    writeFileSync(
      preload,
      `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${old}' } });`,
    );
    const { code, stdout, stderr } = await run([], { nodeArgs: ['--require', preload] });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(linesOf(stderr)).toEqual([
      `web-stack-tutor needs Node 22.13 or newer, and this is Node ${old}: install a newer one from https://nodejs.org`,
    ]);
  });
});
