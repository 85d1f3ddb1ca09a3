import type { Fleet } from '../fleet.ts';
import type { Runner } from '../runner.ts';

/** Every application server, in the order of the plan. */
export const appServers = ({ runners }: Fleet): Runner[] =>
  runners.filter(({ at }) => at.plan.part === 'app');

/** Names of the servers whose application server runs. */
export const servingOf = (fleet: Fleet): string[] =>
  appServers(fleet).flatMap(({ at, state }) => (state === 'running' ? [at.plan.server] : []));
