import { type DeployOrder, strategies, versions } from '../../stack/deploy/order.ts';
import { defineCommand } from './spec.ts';

export const deploy = defineCommand<DeployOrder>({
  name: 'deploy',
  usage: `deploy ${versions.join('|')} by ${strategies.join('|')}`,
  help: 'brings another version of the site to the servers while visitors come',
  examples: [...strategies.map(by => `deploy v2 by ${by}`), 'deploy v1 by stop-start => failed > 0'],
  parse: ([version, by, strategy, ...more]) => {
    const wanted = versions.find(known => known === version);
    if (!wanted) return { problem: `which version? ${versions.join(' or ')}` };
    const way = strategies.find(known => known === strategy);
    if (by !== 'by' || !way) return { problem: `in which way? by ${strategies.join(', by ')}` };
    if (more.length > 0) return { problem: `nothing stands behind it, but there is "${more[0]}"` };
    return { args: { version: wanted, by: way } };
  },
  run: async (order, stack, signal, tell) => ({
    kind: 'deploy',
    order,
    result: await stack.deploy(order, { signal, tell }),
  }),
  complete: before => [versions, ['by'], strategies][before.length] ?? [],
});
