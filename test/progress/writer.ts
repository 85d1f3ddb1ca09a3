/** Run as a process: records steps, one after another, and prints each when it is on disk. */
import { once } from 'node:events';
import { openProgress } from '../../src/progress/store.ts';

const [name = '', count = '0', length = '1'] = process.argv.slice(2);
const store = await openProgress();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
for (let index = 0; index < Number(count); index++) {
  const step = `${name}-${index}`.padEnd(Number(length), '.');
  const notice = await store.record({
    type: 'step-seen',
    course: 'built-in',
    file: 'lessons/a.md',
    step,
    at: index,
  });
  process.stdout.write(`${notice ?? step}\n`);
}
process.exit();
