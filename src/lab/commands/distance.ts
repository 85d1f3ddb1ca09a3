import { partsByTarget, targetsOf } from '../../stack/topology.ts';
import { duration } from '../load-text.ts';
import { defineCommand, noWords, timed } from './spec.ts';
import { readTime } from './time.ts';

export const delay = defineCommand({
  name: 'delay',
  usage: 'delay LINK TIME',
  help: 'puts whom a link leads to further away; a replica repeats later; 0ms takes it back',
  examples: ['delay server-1 80ms', 'delay server-1 0ms'],
  parse: ([link, written = '', ...more]) => {
    if (link === undefined) return { problem: 'the link to whom? such as server-1 or db-2' };
    const ms = written === '0ms' ? 0 : readTime(written);
    if (ms === undefined) return { problem: 'by how much? such as 80ms or 3s' };
    if (more.length > 0) return { problem: `nothing stands behind it, but there is "${more[0]}"` };
    return { args: { link, ms } };
  },
  run: ({ link, ms }, stack) => {
    const replica = partsByTarget(stack.topology, link).some(({ part, source }) => part === 'db' && source);
    const far = replica ? `repeats ${duration(ms)} later` : `is ${duration(ms)} further away`;
    const near = replica ? 'repeats at once again' : 'is as near as before';
    return timed(() => stack.delay(link, ms), `${link} ${ms === 0 ? near : far}`);
  },
  complete: (before, topology) => [targetsOf(topology), ['80ms', '3s', '0ms']][before.length] ?? [],
});

export const purge = defineCommand({
  name: 'purge',
  usage: 'purge',
  help: 'empties the caches of cache and cdn',
  examples: ['purge'],
  parse: noWords,
  run: (_, stack) => timed(() => stack.purge(), 'the caches are empty'),
});
