import { setTimeout as sleep } from 'node:timers/promises';
import { shellLine } from '../shell.ts';
import { defineCommand, noWords, timed } from './spec.ts';
import { readTime } from './time.ts';

export const forget = defineCommand({
  name: 'forget',
  usage: 'forget',
  help: "empties the browser's caches and cookies",
  examples: ['forget'],
  parse: noWords,
  run: (_, stack) => timed(() => stack.forget(), 'caches and cookies are empty'),
});

const longestWaitMs = 600_000;

export const wait = defineCommand({
  name: 'wait',
  usage: 'wait 2s',
  help: 'waits that long (ms, s or m)',
  examples: ['wait 2s', 'wait 500ms'],
  parse: ([text = '', ...more]) => {
    const ms = readTime(text);
    if (ms === undefined || more.length > 0) return { problem: 'how long? such as 500ms or 2s' };
    if (ms > longestWaitMs) return { problem: 'it waits 10 minutes at most' };
    return { args: ms };
  },
  run: (ms, _, signal) => timed(() => sleep(ms, undefined, { signal })),
  tool: ms => shellLine('sleep', ms / 1000),
  complete: before => (before.length === 0 ? ['500ms', '2s'] : []),
});

export const reset = defineCommand({
  name: 'reset',
  usage: 'reset',
  help: 'puts parts, files, data, caches and logs back',
  examples: ['reset'],
  parse: noWords,
  run: (_, stack) => timed(() => stack.reset(), 'everything is back to the beginning'),
});
