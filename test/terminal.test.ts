/** A few whole visits in a real terminal; the screens themselves are tested in test/tui. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type Person, sitDown } from './pty.ts';
import { until } from './until.ts';

const enter = '\r';
const escapeKey = '\u001b';
const right = '\u001b[C';
const ctrlC = '\u0003';
const leaveAlternateScreen = '\u001b[?1049l';

let person: Person;
afterEach(async () => {
  person.kill();
  await person.left;
  await until(() => readdirSync(tmpdir()).every(name => !name.startsWith('wst-')));
});

describe('in a terminal', () => {
  it('opens at home, and q leaves it and restores the terminal', async () => {
    person = sitDown([]);
    await person.sees('Lessons');
    person.type('q');
    expect(await person.left).toBe(0);
    expect(person.output()).toContain(leaveAlternateScreen);
  });

  it('Ctrl+C leaves from everywhere, also before the stack is up', async () => {
    person = sitDown(['learn', 'user-story']);
    await person.sees('A user wants a page');
    person.type(ctrlC);
    expect([0, 130]).toContain(await person.left);
    expect(person.output()).toContain(leaveAlternateScreen);
  });

  it('leads through the first steps of the lesson with real requests', async () => {
    person = sitDown(['learn', 'user-story'], { columns: 120, rows: 40 });
    await person.sees('stack up');
    await person.sees('Enter runs it');
    person.type(enter);
    await person.sees('200 from app, via dns web app db');
    person.type(right);
    await person.sees('step 2 of 10');
    await person.sees('who sees the second request?');
  });

  it('follows a change of its size', async () => {
    person = sitDown([]);
    await person.sees('Lessons');
    person.resize(40, 10);
    await person.sees('60');
    person.resize(120, 40);
    await person.sees('server-1');
    person.type('q');
    expect(await person.left).toBe(0);
  });

  it('keeps what was done for the next day', async () => {
    const env = { WEB_STACK_TUTOR_HOME: `${tmpdir()}/next-day` };
    person = sitDown(['learn', 'user-story'], { env });
    await person.sees('A user wants a page');
    await person.sees('stack up');
    person.type(right);
    await person.sees('step 2 of 10');
    person.type('q');
    await person.sees('Lessons');
    person.type('q');
    await person.left;
    person = sitDown([], { env });
    await person.sees('Continue');
    person.type(enter);
    await person.sees('step 2 of 10');
  });

  it('answers a question of the quiz', async () => {
    person = sitDown(['quiz', 'request'], { columns: 120, rows: 40 });
    await person.sees('1 of 13');
    person.type('?');
    await person.sees('close');
    person.type(escapeKey);
    await until(() => !person.screen().includes('close'));
    person.type('q');
    await person.sees('Lessons');
    person.type('q');
    expect(await person.left).toBe(0);
  });
});
