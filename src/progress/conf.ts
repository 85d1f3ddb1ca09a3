import { listenersBefore } from './signals.ts';

// Stays behind the import above: it has to see the listeners before conf adds its own.

import process from 'node:process';
import Conf from 'conf';

// conf loads when-exit, which answers every signal by sending it to the process once more: Ctrl+C would reach
// the tutor twice. All that it would tidy up is a half-written draft, and drafts are written synchronously.
for (const [signal, before] of listenersBefore) {
  for (const listener of process.listeners(signal)) {
    if (!before.includes(listener)) process.removeListener(signal, listener);
  }
}
// Node ignores this one (a file grew over the learner's limit), but not any more once a listener was removed.
if (process.platform !== 'win32') process.on('SIGXFSZ', () => {});

export { Conf };
