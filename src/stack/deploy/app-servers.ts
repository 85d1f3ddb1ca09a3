import type { Fleet } from '../fleet.ts';
import type { Runner } from '../runner.ts';

/** Every application server, in the order of the plan. */
export const appServers = ({ runners }: Fleet): Runner[] =>
  runners.filter(({ at }) => at.plan.part === 'app');
