import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Person, sitDown } from '../pty.ts';
import { until } from '../until.ts';

let home: string;
let people: (Person & { end(): void })[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  people = [];
});
afterEach(async () => {
  for (const person of people) person.end();
  await Promise.all(people.map(({ left }) => left));
  rmSync(home, { recursive: true, force: true });
});

const start = (...args: string[]): Person => {
  const person = sitDown(args, { rows: 60, env: { WEB_STACK_TUTOR_HOME: home } });
  let here = true;
  void person.left.then(() => {
    here = false;
  });
  // In good order: the stack is down when the tutor has left.
  people.push({ ...person, end: () => here && process.kill(person.pid, 'SIGTERM') });
  return person;
};

/** Of an entry of the plain home screen. */
const numberOf = (entry: string, screen: string): string => {
  const number = new RegExp(`(\\d+)\\. ${entry}`).exec(screen)?.[1];
  if (!number) throw new Error(`"${entry}" is not offered:\n${screen}`);
  return number;
};

describe('--plain in a terminal', () => {
  it('offers what there is in lines, and leaves with q', async () => {
    const { type, sees, screen, output, left } = start('--plain');
    await sees('Your choice');
    await sees('1. Start with the lesson: The story of one request');
    type(`${numberOf('Progress', screen())}\r`);
    await sees('Next: web-stack-tutor learn user-story');
    type('q\r');
    expect(await left).toBe(0);
    // Neither an alternate screen nor a jump to another line: only what line editing needs.
    expect(output()).not.toMatch(/\u001b\[(?:\?1049|\d*;\d*H|\d*A|2J)/);
  });

  it('ends with 130 on Ctrl+C at a question, and goes on there the next time', async () => {
    const { type, sees, left } = start('learn', 'user-story', '--plain');
    await sees('Enter runs 1 command');
    type('\r');
    await sees('Enter for step 2');
    type('\r');
    await sees('Your answer');
    type('\u0003');
    expect(await left).toBe(130);
    const again = start('learn', 'user-story', '--plain');
    await again.sees('it goes on with step 2');
    await again.sees('Enter for step 2');
    again.type('\r');
    await again.sees('Your answer');
    // Ctrl+D, the end of the input.
    again.type('\u0004');
    await again.sees('You left at step 2');
    expect(await again.left).toBe(0);
  });

  it('takes no key for an answer that is pressed while a command runs, which can be interrupted', async () => {
    const { type, sees, screen, output, left } = start('lab', '--plain');
    await sees('lab>');
    type('pause app\r');
    await sees('app paused');
    type('request /guestbook\r');
    await sees('$ curl');
    type('\r\rstray');
    await sees('504 from web');
    await until(() => output().lastIndexOf('lab> ') > output().indexOf('504 from web'));
    type('wait 10m\r');
    await sees('$ sleep 600');
    const afterwards = screen().slice(screen().indexOf('504 from web'));
    expect(afterwards.match(/lab> .*/g)).toEqual(['lab> wait 10m']);
    expect(output()).not.toContain('stray');
    // The first one ends the command, the next one the program.
    type('\u0003');
    await until(() => output().lastIndexOf('lab> ') > output().lastIndexOf('sleep 600'));
    type('\u0003');
    expect(await left).toBe(130);
  });
});

describe('a terminal that hangs up', () => {
  it.each([
    ['the home screen', [], 'stack up'],
    ['a question in lines', ['--plain'], 'Your choice'],
    ['the prompt of the lab', ['lab', '--plain'], 'lab>'],
  ])('ends %s as an interruption does, and not with an error', async (_, args, text) => {
    const { sees, hangUp, left } = start(...args);
    await sees(text);
    hangUp();
    // Interrupted in good order, or, when that was over already, by SIGHUP itself.
    expect([130, 129]).toContain(await left);
  });
});

describe('a paste at the prompt of --plain', () => {
  it('runs its lines one after another, and leaves the last one to be finished', async () => {
    const { type, sees, screen, left } = start('lab', '--plain');
    await sees('lab>');
    type('stop app\rresolve www.foobar.com\rstart a');
    await sees('8.8.8.8');
    await sees('lab> start a');
    type('pp\r');
    await sees('app started');
    expect(screen().match(/lab> .+/g)).toEqual([
      'lab> stop app',
      'lab> resolve www.foobar.com',
      'lab> start app',
    ]);
    type('q\r');
    expect(await left).toBe(0);
  });

  it('calls back commands, and no answers to other questions', async () => {
    const { type, screen, left } = start('--plain');
    const sees = (text: string, times: number) =>
      until(() => screen().split(text).length === times + 1).catch(() => {
        throw new Error(`"${text}" did not appear ${times} times; the screen is:\n${screen()}`);
      });
    await sees('Your choice', 1);
    const lab = numberOf('Lab', screen());
    type(`${lab}\r`);
    await sees('lab>', 1);
    type('resolve www.foobar.com\r');
    await sees('lab>', 2);
    type('q\r');
    await sees('Your choice', 2);
    type(`${lab}\r`);
    await sees('lab>', 3);
    // Before it comes the q.
    type('\u001b[A\u001b[A');
    await sees('lab> resolve www.foobar.com', 2);
    type('\u0015q\r');
    await sees('Your choice', 3);
    type('q\r');
    expect(await left).toBe(0);
  });
});
