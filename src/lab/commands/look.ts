import { partsOf } from '../../stack/topology.ts';
import { shellLine } from '../shell.ts';
import { defineCommand, noWords } from './spec.ts';

export const logs = defineCommand({
  name: 'logs',
  usage: 'logs PART [N]',
  help: "shows the last N lines of each of a part's logs",
  examples: ['logs web', 'logs app 5'],
  parse: ([part, count, ...more]) => {
    if (part === undefined) return { problem: 'of which part?' };
    if (count !== undefined && !/^[1-9]\d{0,3}$/.test(count))
      return { problem: `"${count}" is not a number of lines from 1 to 9999` };
    if (more.length > 0) return { problem: `one part at a time, but there is also "${more[0]}"` };
    return { args: { part, limit: count === undefined ? undefined : Number(count) } };
  },
  run: async ({ part, limit }, stack) => ({ kind: 'logs', lines: await stack.logs(part, limit) }),
  complete: (before, topology) =>
    before.length === 0 ? partsOf(topology).flatMap(({ part, id }) => [part, id]) : [],
});

export const status = defineCommand({
  name: 'status',
  usage: 'status',
  help: 'shows every part, its state and its addresses',
  examples: ['status'],
  parse: noWords,
  run: async (_, stack) => ({ kind: 'status', parts: stack.status(), topology: stack.topology }),
  tool: (_, stack) => {
    const pids = stack.status().flatMap(({ pid }) => pid ?? []);
    return pids.length > 0 ? shellLine('ps', '-o', 'pid,stat,rss,args', '-p', pids.join(',')) : undefined;
  },
});
