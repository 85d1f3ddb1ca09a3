import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../until.ts';
import { cli } from './cli.ts';

let home: string;
let tutor: IPty | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => {
  tutor?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const start = (...args: string[]) => {
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    WEB_STACK_TUTOR_HOME: home,
    TERM: 'xterm-256color',
  };
  for (const name of ['CI', 'VITEST']) delete env[name];
  const started = spawn(process.execPath, [cli, ...args], { cols: 80, rows: 24, env });
  tutor = started;
  let screen = '';
  started.onData(data => {
    screen += data;
  });
  const ended = new Promise<number>(resolve =>
    started.onExit(({ exitCode }) => {
      tutor = undefined;
      resolve(exitCode);
    }),
  );
  return {
    type: (text: string) => started.write(text),
    sees: (text: string) => until(() => screen.includes(text)),
    screen: () => screen,
    ended,
  };
};

describe('--plain in a terminal', () => {
  it('offers what there is in lines, and leaves with q', async () => {
    const { type, sees, screen, ended } = start('--plain');
    await sees('Your choice');
    type('4\r');
    await sees('Next: web-stack-tutor learn user-story');
    type('q\r');
    expect(await ended).toBe(0);
    expect(screen()).toContain('1. Start with the lesson: The story of one request');
    // Neither an alternate screen nor a jump to another line: only what line editing needs.
    expect(screen()).not.toMatch(/\u001b\[(?:\?1049|\d*;\d*H|\d*A|2J)/);
  });

  it('ends with 130 on Ctrl+C at a question, and goes on there the next time', async () => {
    const { type, sees, ended } = start('learn', 'user-story', '--plain');
    await sees('Enter runs 1 command');
    type('\r');
    await sees('Enter for step 2');
    type('\r');
    await sees('Your answer');
    type('\u0003');
    expect(await ended).toBe(130);
    const again = start('learn', 'user-story', '--plain');
    await again.sees('it goes on with step 2');
    await again.sees('Your answer');
    // Ctrl+D, the end of the input.
    again.type('\u0004');
    await again.sees('You left at step 2');
    expect(await again.ended).toBe(0);
  });

  it('takes no key for an answer that is pressed while a command runs, and is interrupted then, too', async () => {
    const { type, sees, screen, ended } = start('lab', '--plain');
    await sees('lab> ');
    type('pause app\r');
    await sees('app paused');
    type('request /guestbook\r');
    await sees('> request /guestbook\r\n  $');
    type('\r\rstray');
    await sees('504 from web');
    expect(screen().slice(0, screen().indexOf('504 from web'))).not.toContain('stray');
    await until(() => screen().lastIndexOf('lab> ') > screen().indexOf('504 from web'));
    // What was begun too early stands at the prompt now; Ctrl+U takes it away.
    type('\u0015wait 10m\r');
    await sees('$ sleep 600');
    type('\u0003');
    expect(await ended).toBe(130);
    const afterwards = screen().slice(screen().indexOf('504 from web'), screen().indexOf('wait 10m'));
    expect(afterwards.match(/lab> /g)).toHaveLength(1);
  });
});
