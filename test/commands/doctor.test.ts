import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from './cli.ts';

it('doctor tells of Node, terminal, engines, leftovers, and where things are kept', async () => {
  // No process has this id: the largest one on Linux is 4194304.
  const left = join(tmpdir(), 'wst-4194305-1-abcdef');
  mkdirSync(left);
  try {
    const { code, stdout, stderr } = await run(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = new Map(
      stdout
        .trimEnd()
        .split('\n')
        .map(line => line.split(/ {2,}/) as [string, string]),
    );
    expect([...rows.keys()]).toEqual([
      'web-stack-tutor',
      'Node',
      'system',
      'terminal',
      'dns',
      'web',
      'app',
      'db',
      'private internet',
      'leftovers',
      'progress',
      'compiled code',
      'run files',
    ]);
    expect(rows.get('Node')).toContain(process.versions.node);
    expect(rows.get('leftovers')).toContain(left);
    expect(rows.get('progress')).toContain(process.env.WEB_STACK_TUTOR_HOME);
    expect(rows.get('run files')).toContain(tmpdir());
  } finally {
    rmSync(left, { recursive: true });
  }
});
