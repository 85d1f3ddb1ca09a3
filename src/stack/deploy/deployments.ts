import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet.ts';
import { StackError } from '../stack.ts';
import { resultOf } from '../traffic/result.ts';
import { mixedMs } from '../traffic/span.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { withVisitors } from '../traffic/with-visitors.ts';
import { servingOf } from './app-servers.ts';
import { blueGreen } from './blue-green.ts';
import type { DeployOptions, DeployOrder, DeployResult, SiteVersion, Strategy, Version } from './order.ts';
import { rolling } from './rolling.ts';
import { untilServing } from './serving.ts';
import { stopStart } from './stop-start.ts';

/** What a strategy works with. */
export interface Ground {
  fleet: Fleet;
  site: SiteVersion;
  /** One change of the stack at a time. */
  inTurn<T>(change: () => Promise<T>): Promise<T>;
}

/** One way from a version to another. It rejects when it fails or is cancelled; the servers may differ then. */
export type Way = (
  ground: Ground,
  change: { from: Version; to: Version },
  options: DeployOptions,
) => Promise<void>;

const ways: Record<Strategy, Way> = { 'stop-start': stopStart, rolling, 'blue-green': blueGreen };

/** Before and after it visitors are watched as well, in milliseconds: a late failure is one of the deployment. */
const marginMs = 500;

export interface Deployments {
  deploy(order: DeployOrder, options?: DeployOptions): Promise<DeployResult>;
}

export const createDeployments = (ground: Ground, traffic: Traffic): Deployments => {
  const { fleet, site } = ground;
  let busy = false;

  /** Half a deployment is worse than none: the old version comes back everywhere. */
  const takeBack = async (from: Version, to: Version): Promise<void> => {
    // A way that was refused has brought nothing to anybody, and a reset puts everything back itself.
    if (![...site.on.values()].includes(to)) return;
    site.version = from;
    await stopStart(ground, { from: to, to: from }, {});
  };

  const measured = (order: DeployOrder, from: Version, options: DeployOptions): Promise<DeployResult> => {
    const { version: to, by } = order;
    const { signal } = options;
    return withVisitors(traffic, signal, async load => {
      const span = load.span();
      await sleep(marginMs, undefined, signal ? { signal } : {});
      const started = performance.now();
      await ways[by](ground, { from, to }, options);
      site.version = to;
      const durationMs = performance.now() - started;
      // Those in front may pass servers over that were away: what visitors lose by that is lost by the deployment.
      await untilServing(fleet, servingOf(fleet), signal).catch(() => {});
      await sleep(marginMs, undefined, signal ? { signal } : {});
      const found = await span.end();
      return {
        ...resultOf(found.tally),
        ratePerS: load.order.ratePerS,
        path: load.order.path,
        durationMs,
        downMs: found.downMs,
        mixedMs: mixedMs(found, from, to),
      };
    });
  };

  const deploy = async (order: DeployOrder, options: DeployOptions = {}): Promise<DeployResult> => {
    const from = site.version;
    if (busy) throw new StackError('a deployment goes on already');
    if (order.version === from) throw new StackError(`${from} is what runs already`);
    busy = true;
    try {
      return await measured(order, from, options);
    } catch (error) {
      await takeBack(from, order.version);
      throw options.signal?.aborted ? new StackError(`the deployment was cancelled; ${from} runs`) : error;
    } finally {
      busy = false;
    }
  };

  return { deploy };
};
