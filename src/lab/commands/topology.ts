import type { Stack } from '../../stack/stack.ts';
import type { Topology } from '../../stack/topology.ts';
import { additions, type Change } from '../../stack/topology-changes.ts';
import { defineCommand, timed } from './spec.ts';

const change = (wanted: Change, stack: Stack, signal: AbortSignal, done: string) =>
  timed(() => stack.change(wanted, signal), done);

const serversWith = (topology: Topology, part: string): string[] =>
  topology.servers.filter(({ parts }) => parts.some(plan => plan.part === part)).map(({ name }) => name);

export const add = defineCommand({
  name: 'add',
  usage: `add ${additions.join('|')}`,
  help: 'adds a machine to the stack while it runs',
  examples: additions.map(what => `add ${what}`),
  parse: ([written, ...more]) => {
    const what = additions.find(known => known === written);
    if (!what) return { problem: `what? one of ${additions.join(', ')}` };
    if (more.length > 0) return { problem: `one at a time, but there is also "${more[0]}"` };
    return { args: what };
  },
  run: (what, stack, signal) => change({ type: 'add', what }, stack, signal, `${what} added`),
  complete: before => (before.length === 0 ? additions : []),
});

export const move = defineCommand({
  name: 'move',
  usage: 'move db',
  help: 'gives the database a server of its own',
  examples: ['move db'],
  parse: words =>
    words.join(' ') === 'db' ? { args: undefined } : { problem: 'only the database can be moved' },
  run: (_, stack, signal) =>
    change({ type: 'move-db' }, stack, signal, 'the database has a server of its own'),
  complete: before => (before.length === 0 ? ['db'] : []),
});

export const promote = defineCommand({
  name: 'promote',
  usage: 'promote SERVER',
  help: 'makes the replica on a server the primary',
  examples: ['promote db-2'],
  parse: ([server, ...more]) => {
    if (server === undefined) return { problem: 'the replica on which server? such as db-2' };
    if (more.length > 0) return { problem: `one server, but there is also "${more[0]}"` };
    return { args: server };
  },
  run: (server, stack, signal) =>
    change({ type: 'promote', server }, stack, signal, `${server} takes the writes`),
  complete: (before, topology) => (before.length === 0 ? serversWith(topology, 'db') : []),
});

export const scale = defineCommand({
  name: 'scale',
  usage: 'scale SERVER to N workers',
  help: 'gives a server a larger machine: its application server restarts with N workers',
  examples: ['scale server-1 to 16 workers'],
  parse: ([server, to, count = '', workers, ...more]) => {
    if (server === undefined) return { problem: 'which server? such as server-1' };
    if (to !== 'to' || !/^\d{1,6}$/.test(count) || !/^workers?$/.test(workers ?? '') || more.length > 0)
      return { problem: 'to how many? such as: to 16 workers' };
    return { args: { server, workers: Number(count) } };
  },
  run: ({ server, workers }, stack, signal) =>
    change({ type: 'scale', server, workers }, stack, signal, `${server} has ${workers} workers`),
  complete: (before, topology) =>
    [serversWith(topology, 'app'), ['to'], ['4', '8', '12', '16'], ['workers']][before.length] ?? [],
});
