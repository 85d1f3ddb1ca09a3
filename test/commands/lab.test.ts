import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, run } from './cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lab --run', () => {
  it('prints one object a command, and exit 1 where an expectation failed', async () => {
    const input =
      'stop app\n# later lines still run\nrequest /guestbook => 200\nrequest /style.css => via web\n';
    const { code, stdout } = await run(['lab', '--run', '-', '--json'], { input });
    expect(code).toBe(1);
    const objects = linesOf(stdout).map(line => JSON.parse(line));
    for (const object of objects)
      expect(Object.keys(object)).toEqual(['line', 'command', 'ok', 'expected', 'observed']);
    expect(objects).toMatchObject([
      { line: 1, command: 'stop app', ok: true, expected: null },
      {
        line: 3,
        command: 'request /guestbook',
        ok: false,
        expected: '200',
        observed: { status: 502, from: 'web', failure: null, via: ['dns', 'web'] },
      },
      { line: 4, ok: true, expected: 'via web' },
    ]);
    expect(Object.keys(objects[1].observed)).toEqual(['status', 'from', 'failure', 'via', 'durationMs']);
  });

  it('runs a file', async () => {
    const file = join(folder, 'good.lab');
    writeFileSync(file, 'request /style.css => 200 from web\n');
    const { code, stdout } = await run(['lab', '--run', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^> request \/style\.css\n {2}\$ curl .*\n/);
    expect(stdout).toContain('1 of 1 held');
  });

  it('runs nothing of a file with an error', async () => {
    const file = join(folder, 'bad.lab');
    writeFileSync(file, 'request /\nstpo app\n');
    const { code, stdout, stderr } = await run(['lab', '--run', file, '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`${file}:2: "stpo" is not a command; did you mean: stop TARGET\n`);
  });
});

describe('lab --run whose output nobody reads on', () => {
  it('runs nothing more and ends quietly', async () => {
    const { code, stderr } = await run(['lab', '--run', '-', '--json'], {
      input: 'request /health\nrequest /health\nwait 10m\n',
      onOutput: (_, child) => child.stdout?.destroy(),
    });
    expect(code).toBe(0);
    expect(linesOf(stderr)).toEqual(['Starting the stack: dns, web, app and db ...']);
  });
});

describe('the prompt of the lab, from a pipe', () => {
  it('runs its lines and exits 0 when all of them held', async () => {
    const { code, stdout } = await run(['lab'], { input: 'request /health => 200 from app\nq\n' });
    expect(code).toBe(0);
    expect(stdout).toContain('lab> request /health => 200 from app\n');
    expect(stdout).toContain('(as expected)');
  });

  it('exits 1 when one did not', async () => {
    const { code, stdout } = await run(['lab'], { input: 'request /health => 404\n' });
    expect(code).toBe(1);
    expect(stdout).toContain('(NOT as expected: 404)');
  });
});
