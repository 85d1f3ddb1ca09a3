import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/progress/lock.ts';
import { run, temporaryFolder } from './processes.ts';

const inAnHour = () => Date.now() / 1000 + 3600;

describe('withLock', () => {
  it('lets one process at a time do its work', async () => {
    const folder = temporaryFolder();
    const args = [join(folder, 'lock'), join(folder, 'counter')];
    const runs = [run('counter.ts', [...args, '150']), run('counter.ts', [...args, '150'])];
    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('300');
    expect(readdirSync(folder)).toEqual(['counter']);
  });

  it('takes the lock of a killed process over at once, and still lets only one at a time in', async () => {
    const folder = temporaryFolder();
    const lock = join(folder, 'lock');
    const holder = run('counter.ts', [lock, '', 'hold']);
    await holder.printed(1);
    // Too young to be taken over because of its age.
    utimesSync(lock, inAnHour(), inAnHour());
    holder.child.kill('SIGKILL');
    await holder.ended;
    const runs = [1, 2, 3].map(() => run('counter.ts', [lock, join(folder, 'counter'), '20']));
    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('60');
    expect(readdirSync(folder)).toEqual(['counter']);
  });

  it.each([
    ['a pid that somebody else has now', `${process.pid} elsewhere 1`],
    ['no pid yet', ''],
  ])('takes an old lock over: %s', async (_, mark) => {
    const lock = join(temporaryFolder(), 'lock');
    writeFileSync(lock, mark);
    utimesSync(lock, 1, 1);
    expect(await withLock(lock, () => () => 'done')).toBe('done');
  });

  it('waits for a living process', async () => {
    const folder = temporaryFolder();
    const [lock, counter] = [join(folder, 'lock'), join(folder, 'counter')];
    const holder = run('counter.ts', [lock, '', 'hold']);
    await holder.printed(1);
    utimesSync(lock, inAnHour(), inAnHour());
    const order: string[] = [];
    const waiting = withLock(lock, () => () => order.push('mine'));
    // As long as another process takes to do the same with a lock that is free.
    expect(await run('counter.ts', [join(folder, 'free'), counter, '5']).ended).toBe(0);
    order.push('other');
    holder.child.kill('SIGKILL');
    await waiting;
    expect(order).toEqual(['other', 'mine']);
  });

  it('begins again when the lock was taken away while it prepared', async () => {
    const lock = join(temporaryFolder(), 'lock');
    let prepared = 0;
    const committed = await withLock(lock, () => {
      prepared += 1;
      const attempt = prepared;
      if (attempt === 1) {
        writeFileSync(lock, 'somebody else');
        utimesSync(lock, 1, 1);
      }
      return () => attempt;
    });
    expect([prepared, committed]).toEqual([2, 2]);
  });

  it('leaves no lock behind when the work throws', async () => {
    const folder = temporaryFolder();
    const work = withLock(join(folder, 'lock'), () => {
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fails where no lock can be made', async () => {
    await expect(withLock(join(temporaryFolder(), 'none', 'lock'), () => () => {})).rejects.toThrow('ENOENT');
  });
});
