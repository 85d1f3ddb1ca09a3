import { defineCommand, noWords } from './spec.ts';

export const chaos = defineCommand({
  name: 'chaos',
  usage: 'chaos',
  help: 'kills every server and every part in turn, and tells what visitors noticed',
  examples: ['chaos => lost = 0'],
  parse: noWords,
  run: async (_, stack, signal, tell) => ({ kind: 'chaos', result: await stack.chaos({ signal, tell }) }),
});
