import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet.ts';
import type { Runner } from '../runner.ts';
import { StackError } from '../stack.ts';
import { partsByTarget, type Topology } from '../topology.ts';
import type { Load } from '../traffic/load.ts';
import { resultOf } from '../traffic/result.ts';
import type { Span } from '../traffic/span.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { withVisitors } from '../traffic/with-visitors.ts';
import type { ChaosOptions, ChaosResult, Survival } from './result.ts';
import { chaosTargets } from './targets.ts';

export interface ChaosDeps {
  fleet: Fleet;
  traffic: Traffic;
  /** One change of the stack at a time. */
  inTurn<T>(change: () => Promise<T>): Promise<T>;
  /** Makes another plan real. */
  arrange(next: Topology): Promise<void>;
  /** Resolves when every replica has what its primary has. */
  repeated(): Promise<void>;
}

/** For how long nobody repairs anything, in milliseconds. */
const brokenMs = 2000;
/**
 * Where some visitors were lost and the others are served again, nobody repairs anything for longer: a few requests
 * under way are always lost with the machine that answered them, and two seconds of visitors are too few to tell
 * 99 % from 98 %.
 */
const longerMs = 8000;
/** After a repair everything must be as before: those in front try a server that was away only after a while. */
const settleMs = 1500;
/** A site that is not back after a repair by then does not come back. */
const patienceMs = 20_000;

/** Share of the visitors that have to be served from the failure to the repair. */
export const survivedFrom = 0.99;

export const runChaos = async (
  { fleet, traffic, inTurn, arrange, repeated }: ChaosDeps,
  { signal, tell, onSurvival, untilFailure = false }: ChaosOptions = {},
): Promise<ChaosResult> => {
  const before = fleet.topology;
  const targets = chaosTargets(before);

  const kill = (target: string): Promise<Runner[]> =>
    inTurn(async () => {
      const victims = partsByTarget(fleet.topology, target)
        .map(({ id }) => fleet.runnerOf(id))
        .filter(({ state }) => state === 'running');
      await Promise.all(victims.map(victim => victim.act('kill')));
      return victims;
    });
  const repair = (victims: readonly Runner[]): Promise<unknown> =>
    inTurn(() =>
      Promise.all(victims.filter(({ allows }) => allows('start')).map(victim => victim.act('start'))),
    );

  const settled = async (load: Load): Promise<void> => {
    const end = performance.now() + patienceMs;
    for (;;) {
      const span = load.span();
      await Promise.all([sleep(settleMs), repeated()]);
      const { tally } = await span.end();
      if (resultOf(tally).failed === 0) return;
      if (performance.now() > end)
        throw new StackError('visitors are not served although every part runs: chaos was given up');
    }
  };

  const experiment = async (target: string, load: Load): Promise<Survival | undefined> => {
    const [first, broken, whole] = [load.span(), load.span(), load.span()];
    const victims = await kill(target);
    if (victims.length === 0) return undefined;
    const wait = (ms: number): Promise<void> => sleep(ms, undefined, signal ? { signal } : {});
    try {
      await wait(brokenMs);
      const { recoveryMs } = await first.end();
      if (recoveryMs > 0 && recoveryMs < brokenMs / 2) await wait(longerMs);
    } finally {
      await repair(victims);
    }
    const untilRepair = broken.end();
    await settled(load);
    return survivalOf(target, await untilRepair, await whole.end());
  };

  const restore = async (): Promise<void> => {
    await inTurn(async () => {
      if (fleet.topology !== before) await arrange(before);
    });
    await repeated();
  };

  return withVisitors(traffic, signal, async load => {
    const matrix: Survival[] = [];
    try {
      await settled(load);
      for (const [index, target] of targets.entries()) {
        tell?.(`${target} is killed, ${index + 1} of ${targets.length}`);
        const survival = await experiment(target, load);
        if (!survival) continue;
        matrix.push(survival);
        onSurvival?.(survival);
        if (untilFailure && !survival.survived) break;
      }
    } finally {
      await restore();
    }
    return { matrix };
  }).catch(error => {
    throw signal?.aborted ? new StackError('chaos was cancelled; everything runs again') : error;
  });
};

const survivalOf = (target: string, { tally }: Span, { recoveryMs }: Span): Survival => {
  const { availability = 0, failures } = resultOf(tally);
  return {
    target,
    survived: availability >= survivedFrom,
    availability,
    recoveryMs,
    reasons: Object.fromEntries(failures.map(({ reason, count }) => [reason, count])),
  };
};
