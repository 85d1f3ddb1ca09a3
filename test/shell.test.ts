/** The learner's own shell in a real terminal: by the command, from the screen of the lab, and from its prompt. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Person, sitDown } from './pty.ts';
import { named, present } from './stack/network/present.ts';
import { until } from './until.ts';

const enter = '\r';
const ctrlC = '\u0003';
const ctrlD = '\u0004';

// Without the files of the system, which would change the prompt.
const shell = join(tmpdir(), 'own-shell');
writeFileSync(shell, '#!/bin/sh\nexec bash --norc --noprofile\n', { mode: 0o755 });
const env = { SHELL: shell, PS1: 'inside> ' };
const hasBash = spawnSync('bash', ['--version']).error === undefined;
const suite = hasBash ? named : (name: string): string => `${name} (skipped: no bash)`;

let person: Person;
afterEach(async () => {
  person.kill();
  await person.left;
  await until(() => readdirSync(tmpdir()).every(name => !name.startsWith('wst-')));
});

const types = (line: string): void => person.type(`${line}${enter}`);
/** What the shell prints, and not the echo of what was typed; the prompt before it may come later than the line. */
const shows = (answer: string): boolean =>
  person
    .screen()
    .split('\n')
    .some(line => line.replace(/^((\(lab\) )?inside> )+/, '') === answer);
const answers = (line: string, answer: string): Promise<void> => {
  types(line);
  return until(() => shows(answer)).catch(() => {
    throw new Error(`"${answer}" did not appear behind "${line}":\n${person.screen()}`);
  });
};

describe.skipIf(!present || !hasBash)(suite('shell in a terminal'), () => {
  it('is the shell of the learner, and ends with its exit code', async () => {
    person = sitDown(['shell', '--engine', 'embedded'], { env });
    await person.sees('inside>');
    expect(person.screen()).toContain('Try: dig www.foobar.com');
    await answers('curl -s http://www.foobar.com/health', 'ok');
    await answers('test -t 0 && stty size', '24 80');
    person.resize(100, 30);
    await until(() => {
      types('stty size');
      return shows('30 100');
    });
    types('exit 5');
    expect(await person.left).toBe(5);
  });

  it('Ctrl+C is for what runs in it, and Ctrl+D leaves', async () => {
    person = sitDown(['shell', '--engine', 'embedded'], { env });
    await person.sees('inside>');
    await answers('echo one | tr o 0; sleep 1000', '0ne');
    person.type(ctrlC);
    await answers('echo two | tr o 0', 'tw0');
    person.type(ctrlD);
    expect([0, 130]).toContain(await person.left);
  });

  it('goes on at once when it suspends itself: there is nobody above it to go back to', async () => {
    person = sitDown(['shell', '--engine', 'embedded'], { env });
    await person.sees('inside>');
    types('suspend');
    await answers('echo still | tr l L', 'stiLL');
    types('exit 6');
    expect(await person.left).toBe(6);
  });

  it('controls jobs, and leaves the terminal as it was', async () => {
    person = sitDown(['lab', '--plain', '--engine', 'embedded'], { env });
    await person.sees('lab>');
    types('s');
    await person.sees('Try: dig');
    await answers('echo one | tr o 0', '0ne');
    await answers('sleep 1000 & jobs -p | wc -w', '1');
    types('stty -echo; exit 3');
    await person.sees('Your shell has ended with exit code 3.');
    types('resolve www.foobar.com');
    await person.sees('lab> resolve www.foobar.com');
    await person.sees('8.8.8.8');
    types('q');
    expect(await person.left).toBe(0);
  });
});

describe.skipIf(!present || !hasBash)(suite('s in the lab'), () => {
  it('hands the terminal over and takes it back, as often as it is asked for', async () => {
    person = sitDown(['lab', '--engine', 'embedded'], { env, columns: 100, rows: 30 });
    await person.sees('stack up');
    expect(person.screen()).toContain('s Enter shell');
    for (const round of ['1', '2']) {
      types('s');
      await person.sees('inside>');
      expect(person.screen()).not.toContain('stack up');
      // Every key arrives: nobody else reads.
      await answers(`echo round ${round} | tr a-z A-Z`, `ROUND ${round}`);
      await answers('curl -s http://www.foobar.com/health', 'ok');
      types(`exit ${round}`);
      await person.sees(`your shell has ended with exit code ${round}`);
      await person.sees('stack up');
    }
    types('stop web');
    await person.sees('web stopped');
    person.type('\t');
    await person.sees('[○ web');
    person.type('s');
    await person.sees('inside>');
    await answers('curl -s http://www.foobar.com/health; echo code $?', 'code 7');
    person.resize(120, 40);
    types('exit');
    await person.sees('your shell has ended with exit code 0');
    await until(() => person.screen().split('\n').length === 40);
    await person.sees('server-1');
    person.type(ctrlC);
    expect(await person.left).toBe(130);
  });
});

it.skipIf(process.platform !== 'linux')('s says why it is refused, and the lab goes on', async () => {
  person = sitDown(['lab', '--engine', 'embedded', '--network', 'loopback'], { env });
  await person.sees('stack up');
  types('s');
  await person.sees('--network loopback was asked for');
  types('stop app');
  await person.sees('app stopped');
  person.type(ctrlC);
  expect(await person.left).toBe(130);
});
