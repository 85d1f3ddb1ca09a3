import { isDeepStrictEqual } from 'node:util';
import { beatMs } from './beat.ts';
import type { Job, JobContext } from './job.ts';
import { type PrimaryWatch, watchPrimary } from './primary-watch.ts';
import type { DatabasePlan } from './protocol.ts';
import { examine, promote, type ReplicaState, sequence } from './replica.ts';
import { openVoice } from './voice.ts';

type Database = DatabasePlan['databases'][number];

/**
 * Promotes the replica that has received the most when the primary is gone. It promotes for a primary only that it has
 * seen alive itself, and none that takes writes already: then somebody else has been quicker. A paused primary that
 * goes on is told to take no more writes, before it does anything else.
 */
export const watchDatabases = async (
  first: DatabasePlan,
  { listen, log, report }: JobContext,
): Promise<Job<DatabasePlan>> => {
  let plan = first;
  let primary: Database | undefined;
  let seen = false;
  let watching: PrimaryWatch | undefined;
  let promoting: Promise<void> | undefined;
  let logged = '';

  const view = () => ({ primary: primary?.server ?? null, seen });
  const voice = await openVoice(listen, view());
  /** What lasts is said once. */
  const logOnce = (text: string): void => {
    if (text !== logged) log(text);
    logged = text;
  };

  const watch = (database: Database | undefined): void => {
    primary = database;
    seen = false;
    logged = '';
    watching =
      database &&
      watchPrimary(database.here, plan, {
        answered: () => {
          if (!seen || logged !== '') log(`${database.server} takes the writes, and answers`);
          seen = true;
          logged = '';
        },
        lost: why => lost(database, why),
      });
  };

  const lost = (database: Database, why: string): void => {
    logOnce(`${database.server} ${seen ? 'is gone' : 'cannot be reached yet'}: ${why}`);
    if (!seen || promoting) return;
    promoting = replace(database).finally(() => {
      promoting = undefined;
    });
  };

  const replace = async (gone: Database): Promise<void> => {
    const known = plan;
    const replicas = known.databases.filter(({ server }) => server !== gone.server);
    const states = await Promise.all(
      replicas.map(async database => ({ database, state: await examine(database.here, known) })),
    );
    const overtaken = () => plan !== known || primary !== gone;
    if (overtaken()) return;
    const heir = bestOf(states);
    if (!heir)
      return logOnce(`nothing is promoted: ${states.map(obstacle).join('; ') || 'there is no replica'}`);
    try {
      const missing = await promote(heir.here, known);
      log(`${heir.server} is promoted: it takes the writes now`);
      if (missing > 0) log(`${heir.server} had received ${missing} changes that it could not make in time`);
    } catch (error) {
      return logOnce(`${heir.server} could not be promoted: ${(error as Error).message}`);
    }
    watching?.leaveWith('SET GLOBAL read_only = 1');
    report({ type: 'promoted', server: heir.server });
    if (!overtaken()) watch(heir);
  };

  log(
    `watches ${plan.databases.map(({ server, primary }) => (primary ? `${server} (primary)` : server)).join(', ')}`,
  );
  watch(plan.databases.find(each => each.primary));
  const beats = setInterval(() => {
    watching?.beat();
    voice.say(view());
  }, beatMs);

  return {
    follow: next => {
      const before = plan;
      plan = next;
      const found = next.databases.find(each => each.primary);
      const same = isDeepStrictEqual([found?.server, found?.here], [primary?.server, primary?.here]);
      if (!isDeepStrictEqual(before, next))
        log(`the plan says that ${found?.server ?? 'nobody'} is the primary`);
      if (same) return;
      watching?.close();
      watch(found);
    },
    close: () => {
      clearInterval(beats);
      watching?.close();
      voice.close();
    },
  };
};

interface Examined {
  database: Database;
  state: ReplicaState;
}

/** The replica that has received the most, the first of equals; none when one takes writes already. */
export const bestOf = (examined: readonly Examined[]): Database | undefined => {
  if (examined.some(({ state }) => state === 'writable')) return undefined;
  const able = examined.flatMap(({ database, state }) =>
    state === 'writable' || state instanceof Error ? [] : [{ database, received: sequence(state.received) }],
  );
  return able.toSorted((a, b) => b.received - a.received)[0]?.database;
};

const obstacle = ({ database: { server }, state }: Examined): string =>
  state === 'writable'
    ? `${server} takes writes already`
    : state instanceof Error
      ? `${server} cannot be asked (${state.message})`
      : `${server} could be`;
