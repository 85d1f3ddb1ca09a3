/** Run as a process: counts in a file, under a lock. `hold` takes the lock and never lets go of it. */
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { withLock } from '../../src/progress/lock.ts';

const [lock = '', counter = '', count = ''] = process.argv.slice(2);
if (count === 'hold') {
  await withLock(lock, () => {
    writeSync(1, 'held\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return () => {};
  });
}
for (let done = 0; done < Number(count); done++) {
  await withLock(lock, () => {
    const before = existsSync(counter) ? Number(readFileSync(counter, 'utf8')) : 0;
    return () => writeFileSync(counter, `${before + 1}`);
  });
}
