/** Run as a process: opens the store in a given folder and tells where it keeps things, and who hears signals. */
import { openProgress } from '../../src/progress/store.ts';

process.chdir(process.argv[2] ?? '.');
process.on('SIGINT', () => {});
const store = await openProgress();
const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => `${signal} ${process.listenerCount(signal)}`);
process.stdout.write(`${store.path ?? 'none'}\n${store.notices.join(' ')}\n${listeners.join(', ')}\n`);
