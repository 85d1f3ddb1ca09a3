import { describe, expect, it } from 'vitest';
import { found } from '../stack/engine-cases.ts';
import { run } from './cli.ts';

/** A machine without nginx and MariaDB. */
const bare = { env: { WEB_STACK_TUTOR_PROGRAMS: '' } };

const row = (doctor: string, name: string): string =>
  doctor.split('\n').find(line => line.startsWith(`${name} `)) ?? '';

describe('--engine', () => {
  it('is one of three', async () => {
    const { code, stderr } = await run(['--engine', 'nginx', 'request']);
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are auto, embedded, installed.');
  });

  it('may stand before and behind the command', async () => {
    for (const args of [
      ['--engine', 'auto', 'lab', '--run', '-'],
      ['lab', '--run', '-', '--engine', 'auto'],
    ]) {
      const { code, stdout } = await run(args, { ...bare, input: 'status' });
      expect([code, stdout.match(/embedded, obeys the same nginx\.conf/)?.length]).toEqual([0, 1]);
    }
  });

  it('installed names what is missing', async () => {
    const { code, stdout, stderr } = await run(['request', '--engine', 'installed'], bare);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('nginx is not installed; neither MariaDB nor MySQL is installed: install it');
  });

  it('is followed by doctor', async () => {
    const { stdout } = await run(['doctor', '--engine', 'auto'], bare);
    expect(row(stdout, 'dns')).toMatch(/ embedded, authoritative server$/);
    expect(row(stdout, 'web')).toMatch(/ embedded, obeys the same nginx\.conf; nginx is not installed$/);
    expect(row(stdout, 'db')).toMatch(/ SQLite inside; neither MariaDB nor MySQL is installed$/);
    const insisted = (await run(['doctor', '--engine', 'installed'], bare)).stdout;
    expect(row(insisted, 'web')).toMatch(/ none: nginx is not installed$/);
  });
});

describe.skipIf(!found.web.engine || !found.db.engine)(
  'installed engines (skipped: nginx or MariaDB is not installed)',
  () => {
    it('play, and are named', async () => {
      const args = ['lab', '--run', '-', '--json', '--engine', 'installed'];
      const { code, stdout, stderr } = await run(args, {
        input: 'request /guestbook => via dns web app db',
      });
      expect({ code, ok: JSON.parse(stdout).ok }).toEqual({ code: 0, ok: true });
      expect(stderr).toContain(`${found.db.engine?.label} makes its first data directory\n`);
      const status = await run(['lab', '--run', '-', '--engine', 'installed'], { input: 'status' });
      expect(status.stdout).toContain(`, ${found.web.engine?.label}\n`);
      expect(status.stdout).toContain(`, ${found.db.engine?.label}\n`);
    });

    it('are shown by doctor', async () => {
      const { stdout } = await run(['doctor', '--engine', 'auto']);
      expect(row(stdout, 'web')).toContain(` ${found.web.engine?.label} (`);
      expect(row(stdout, 'db')).toContain(` ${found.db.engine?.label} (`);
    });
  },
);
