import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDisk } from '../../src/progress/disk.ts';
import type { ProgressEvent } from '../../src/progress/events.ts';
import { emptyProgress, lessonProgress } from '../../src/progress/progress.ts';
import { readDocument } from '../../src/progress/schema.ts';
import { openProgress, progressFile } from '../../src/progress/store.ts';
import { run, temporaryFolder } from './processes.ts';

const course = 'built-in';
const file = 'lessons/a.md';
const seen = (step: string, at = 1): ProgressEvent => ({ type: 'step-seen', course, file, step, at });

/** What another program would read. */
function onDisk(home: string) {
  const reading = readDocument(JSON.parse(readFileSync(join(home, 'progress.json'), 'utf8')));
  if (reading.kind !== 'progress') throw new Error(reading.kind);
  return reading.progress;
}

function stepsOnDisk(home: string): string[] {
  return Object.keys(lessonProgress(onDisk(home), course, file).steps);
}

describe('the store', () => {
  it('has everything on disk when record resolves, and finds it again', async () => {
    const home = temporaryFolder();
    const store = await openProgress(home);
    expect(store.path).toBe(join(home, 'progress.json'));
    expect(store.notices).toEqual([]);
    expect(await store.record(seen('one'), seen('two'))).toBeUndefined();
    expect(onDisk(home)).toEqual(store.progress());
    expect(stepsOnDisk(home)).toEqual(['one', 'two']);
    expect((await openProgress(home)).progress()).toEqual(store.progress());
  });

  it('writes nothing by being opened', async () => {
    const home = temporaryFolder();
    expect(await progressFile(home)).toBe(join(home, 'progress.json'));
    const store = await openProgress(home);
    expect(await store.record()).toBeUndefined();
    expect(readdirSync(home)).toEqual([]);
  });

  it('knows an event at once, and has all of many on disk when it has settled', async () => {
    const home = temporaryFolder();
    const store = await openProgress(home);
    const steps = Array.from({ length: 50 }, (_, index) => `step-${index}`);
    const records = steps.map(step => store.record(seen(step)));
    expect(Object.keys(lessonProgress(store.progress(), course, file).steps)).toEqual(steps);
    await store.settled();
    expect(stepsOnDisk(home)).toEqual(steps);
    await Promise.all(records);
  });

  it.skipIf(process.platform === 'win32')('is for the learner only', async () => {
    const home = temporaryFolder();
    await (await openProgress(home)).record(seen('one'));
    expect(statSync(join(home, 'progress.json')).mode & 0o777).toBe(0o600);
  });

  it('leaves nothing but the file, and removes what a killed tutor left', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'progress.draft.json.tmp-1234567890abcdef'), '{');
    writeFileSync(join(home, 'progress.draft.json'), '{"version":');
    await (await openProgress(home)).record(seen('one'));
    expect(readdirSync(home)).toEqual(['progress.json']);
  });
});

describe('two tutors', () => {
  it('see what the other did with their next record, and share a seed', async () => {
    const home = temporaryFolder();
    const [a, b] = [await openProgress(home), await openProgress(home)];
    await a.record(seen('a'));
    await b.record(seen('b'));
    await a.record(seen('c'));
    expect(stepsOnDisk(home).toSorted()).toEqual(['a', 'b', 'c']);
    expect(a.progress().seed).toBe(b.progress().seed);
  });

  it('do not bring back what one of them has reset', async () => {
    const home = temporaryFolder();
    const a = await openProgress(home);
    await a.record(seen('old'));
    const b = await openProgress(home);
    await b.record({ type: 'lesson-reset', course, file, at: 2 });
    await a.record(seen('new', 3));
    expect(stepsOnDisk(home)).toEqual(['new']);
  });

  it('bring back what they know when an older file was put in the place of theirs', async () => {
    const home = temporaryFolder();
    const store = await openProgress(home);
    await store.record(seen('one'));
    const older = readFileSync(join(home, 'progress.json'));
    await store.record(seen('two'));
    writeFileSync(join(home, 'progress.json'), older);
    await store.record(seen('three'));
    expect(stepsOnDisk(home)).toEqual(['one', 'two', 'three']);
  });

  it('lose nothing of a hundred records each, written at once by two processes', async () => {
    const home = temporaryFolder();
    const writers = ['a', 'b'].map(name => run('writer.ts', [name, '100'], { WEB_STACK_TUTOR_HOME: home }));
    await Promise.all(writers.map(writer => writer.printed(1)));
    for (const { child } of writers) child.stdin?.write('go\n');
    expect(await Promise.all(writers.map(writer => writer.ended))).toEqual([0, 0]);
    const printed = writers.flatMap(writer => writer.lines.slice(1));
    expect(printed).toHaveLength(200);
    expect(stepsOnDisk(home).toSorted()).toEqual(printed.toSorted());
    expect(readdirSync(home)).toEqual(['progress.json']);
  });
});

describe('kill -9 while writing', () => {
  it('leaves a whole file with every record that was confirmed, and no lock in the way', async () => {
    const home = temporaryFolder();
    const confirmed: string[] = [];
    for (let round = 0; round < 6; round++) {
      const writer = run('writer.ts', [`r${round}`, '1000'], { WEB_STACK_TUTOR_HOME: home });
      await writer.printed(1);
      writer.child.stdin?.write('go\n');
      await writer.printed(2 + 3 * round);
      writer.child.kill('SIGKILL');
      expect(await writer.ended).toBe('SIGKILL');
      confirmed.push(...writer.lines.slice(1));
      const steps = stepsOnDisk(home);
      expect(confirmed.filter(step => !steps.includes(step))).toEqual([]);
    }
    const store = await openProgress(home);
    expect(store.notices).toEqual([]);
    expect(await store.record(seen('last'))).toBeUndefined();
    expect(readdirSync(home)).toEqual(['progress.json']);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['not JSON', '{"version": 1, "cour', 'corrupt', 'it is not JSON'],
    ['empty', '', 'corrupt', 'it is not JSON'],
    ['something else', '["a"]', 'corrupt', 'it has no version'],
    ['from a newer tutor', '{"version": 7, "more": true}', 'newer', 'version 7'],
  ])('is set aside as it is: %s', async (_, content, kind, reason) => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'progress.json'), content);
    const store = await openProgress(home);
    expect(store.notices).toEqual([expect.stringContaining(reason)]);
    const aside = readdirSync(home).find(name => name.endsWith(`.${kind}.json`)) ?? 'none';
    expect(store.notices[0]).toContain(join(home, aside));
    await store.record(seen('one'));
    expect(readFileSync(join(home, aside), 'utf8')).toBe(content);
    expect(stepsOnDisk(home)).toEqual(['one']);
    expect((await openProgress(home)).notices).toEqual([]);
  });

  it('is set aside also while the tutor runs, which then writes what it knows', async () => {
    const home = temporaryFolder();
    const store = await openProgress(home);
    await store.record(seen('one'));
    writeFileSync(join(home, 'progress.json'), '{');
    expect(await store.record(seen('two'))).toContain('set aside');
    expect(stepsOnDisk(home)).toEqual(['one', 'two']);
  });
});

describe('where nothing can be kept', () => {
  it('goes on in memory and says so once', async () => {
    const blocked = join(temporaryFolder(), 'file');
    writeFileSync(blocked, '');
    const store = await openProgress(join(blocked, 'home'));
    expect(store.path).toBeUndefined();
    expect(store.notices).toEqual([
      'Progress cannot be kept (its folder is a file) and lasts only until you leave: set WEB_STACK_TUTOR_HOME to a folder that can be written.',
    ]);
    expect(await store.record(seen('one'))).toBeUndefined();
    expect(lessonProgress(store.progress(), course, file).steps).toEqual({ one: { seenAt: 1 } });
    await store.settled();
    expect(await progressFile(join(blocked, 'home'))).toBeUndefined();
  });

  it('says it again only after it had worked, and loses nothing that came in between', async () => {
    const folder = temporaryFolder();
    const [home, away] = [join(folder, 'home'), join(folder, 'away')];
    const store = await openProgress(home);
    const block = () => {
      renameSync(home, away);
      writeFileSync(home, '');
    };
    const unblock = () => {
      rmSync(home);
      renameSync(away, home);
    };
    block();
    expect(await store.record(seen('one'))).toContain('Progress cannot be kept');
    expect(await store.record(seen('two'))).toBeUndefined();
    unblock();
    expect(await store.record(seen('three'))).toBeUndefined();
    expect(stepsOnDisk(home)).toEqual(['one', 'two', 'three']);
    block();
    expect(await store.record(seen('four'))).toContain('Progress cannot be kept');
  });

  it('makes its folder again when somebody removed it', async () => {
    const home = temporaryFolder();
    const store = await openProgress(home);
    await store.record(seen('one'));
    rmSync(home, { recursive: true });
    expect(await store.record(seen('two'))).toBeUndefined();
    expect(stepsOnDisk(home)).toEqual(['one', 'two']);
  });

  it('does not read what it cannot open, and does not touch it', async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, 'progress.json'));
    const store = await openProgress(home);
    expect(store.notices).toEqual([expect.stringContaining('(it is a folder)')]);
    expect(statSync(join(home, 'progress.json')).isDirectory()).toBe(true);
  });

  // The limit on the size of files cuts a write short as a full disk does: without an error.
  it.skipIf(process.platform === 'win32')('keeps the file whole on a full disk', async () => {
    const home = temporaryFolder();
    await (await openProgress(home)).record(seen('one'));
    const before = readFileSync(join(home, 'progress.json'), 'utf8');
    const env = { WEB_STACK_TUTOR_HOME: home };
    const writer = run('writer.ts', ['big', '2', '20000'], env, 'ulimit -f 8');
    await writer.printed(1);
    writer.child.stdin?.write('go\n');
    const [, notice, second] = await writer.printed(3);
    expect(notice).toContain('(the disk is full)');
    expect(second).toContain('big-1');
    expect(readFileSync(join(home, 'progress.json'), 'utf8')).toBe(before);
    expect(readdirSync(home)).toEqual(['progress.json']);
  });

  it('leaves a file that it cannot use where it is, until there is another one for its place', async () => {
    const home = temporaryFolder();
    const disk = await openDisk(home);
    const newer = '{"version": 7, "more": true}';
    writeFileSync(join(home, 'progress.json'), newer);
    // Nothing can be written there.
    mkdirSync(join(home, 'progress.draft.json', 'full'), { recursive: true });
    await expect(disk.update(() => emptyProgress(1))).rejects.toThrow();
    expect(readFileSync(join(home, 'progress.json'), 'utf8')).toBe(newer);
  });

  it.skipIf(process.platform === 'win32')('puts nothing into the current folder without a home', async () => {
    const folder = temporaryFolder();
    const env = { HOME: '', XDG_CONFIG_HOME: '', WEB_STACK_TUTOR_HOME: '' };
    const writer = run('place.ts', [folder], env);
    expect(await writer.printed(2)).toEqual([
      'none',
      expect.stringContaining('Progress cannot be kept (there is no home folder)'),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the signals of the tutor', () => {
  it('are not listened to by anything that the store loads', async () => {
    const home = temporaryFolder();
    const script = run('place.ts', [home], { WEB_STACK_TUTOR_HOME: home });
    expect(await script.printed(3)).toEqual([
      join(home, 'progress.json'),
      '',
      'SIGINT 1, SIGTERM 0, SIGHUP 0',
    ]);
  });
});
