import { setTimeout as sleep } from 'node:timers/promises';
import { takesWrites, type WriteState } from '../ask-database.ts';
import { type Access, type Connections, type Database, openConnections, Unsent } from './connections.ts';

/** How long a request waits for a database that takes writes: a failover within that time is slow, and no error. */
const patienceMs = 1500;
/** Between two looks at the databases. */
const pauseMs = 50;
/** A database that has not answered for so long is not waited for if another one takes writes. */
const silenceMs = 300;
/** A statement that takes longer than this makes the application look whether another database takes writes now. */
const doubtMs = 300;

/** ER_OPTION_PREVENTS_STATEMENT and ER_READ_ONLY_MODE */
const readOnlyErrors = [1290, 1836];

interface Session {
  index: number;
  connections: Connections;
}

/** Several databases, of which the first that takes writes is used, and another one as soon as it does not. */
export const openPrimary = (access: Access): Database => {
  const { databases } = access;
  let session: Session | undefined;
  let looking: Promise<WriteState[]> | undefined;
  /** Statements that are under way or wait for a database: they go on after a reload. */
  let running = 0;
  let retired = false;

  /** Asks all of them; who is in use stays in use as long as it takes writes. */
  const lookNow = async (): Promise<WriteState[]> => {
    const states = await Promise.all(
      databases.map(host => takesWrites(host, { ...access, patienceMs: silenceMs })),
    );
    const writable = states.flatMap((state, index) => (state === 'writable' ? [index] : []));
    const index = session && writable.includes(session.index) ? session.index : writable[0];
    const host = index === undefined ? undefined : databases[index];
    if (index === undefined || !host || index === session?.index || (retired && running === 0)) return states;
    session?.connections.drop('another database takes the writes now');
    session = { index, connections: openConnections(host, access) };
    return states;
  };
  const look = (): Promise<WriteState[]> => {
    looking ??= lookNow().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  /** Rejects when none takes writes until the deadline, and at once when one of them refuses us. */
  const find = async (deadline: number): Promise<Session> => {
    for (;;) {
      const states = await look();
      if (session) return session;
      const refusal = states.find(isRefusal);
      if (refusal) throw refusal;
      if (performance.now() >= deadline) throw noneError(access, states);
      await sleep(pauseMs);
    }
  };

  const leave = (left: Session): void => {
    left.connections.retire();
    if (session === left) session = undefined;
  };

  const attempt = async ({ connections }: Session, ...statement: Parameters<Database['run']>) => {
    const doubt = setInterval(() => void look(), doubtMs);
    try {
      return await connections.run(...statement);
    } finally {
      clearInterval(doubt);
    }
  };

  const runOnPrimary: Database['run'] = async (statement, values) => {
    let deadline: number | undefined;
    for (;;) {
      if (!session) deadline ??= performance.now() + patienceMs;
      const found = session ?? (await find(deadline ?? 0));
      try {
        return await attempt(found, statement, values);
      } catch (error) {
        const problem = error instanceof Unsent ? error.cause : error;
        if (!isLost(problem)) throw problem;
        leave(found);
        deadline ??= performance.now() + patienceMs;
        if (performance.now() >= deadline || !mayRepeat(error, statement)) throw problem;
      }
    }
  };

  // The first visitor should not wait for it.
  void find(performance.now() + patienceMs).catch(() => {});
  return {
    run: async (statement, values) => {
      running += 1;
      try {
        return await runOnPrimary(statement, values);
      } finally {
        running -= 1;
        if (retired && running === 0) session?.connections.retire();
      }
    },
    retire: () => {
      retired = true;
      if (running === 0) session?.connections.retire();
    },
  };
};

interface MysqlError {
  code?: string;
  errno?: number;
  sqlState?: string;
}

/** It answers, and wants nothing of us: a wrong password, for one. */
const isRefusal = (state: WriteState): boolean =>
  state instanceof Error && (state as MysqlError).sqlState !== undefined && !isLost(state);

/** Whether the connection broke, or the database takes no writes any more. */
const isLost = (error: unknown): boolean => {
  const { errno, sqlState } = error as MysqlError;
  // Class 08 of the SQL standard: no connection.
  return !sqlState || /^08/.test(sqlState) || readOnlyErrors.includes(errno ?? 0);
};

/** A change whose answer got lost may have been made: sent again, it might be made twice. */
const mayRepeat = (error: unknown, statement: string): boolean => {
  const { code, errno } = error as MysqlError;
  const unsent = error instanceof Unsent || code === undefined;
  return unsent || readOnlyErrors.includes(errno ?? 0) || /^\s*SELECT\b/i.test(statement);
};

const noneError = ({ databases }: Access, states: readonly WriteState[]): Error => {
  const found = databases.map(({ host, port }, index) => {
    const state = states[index];
    return `${host}:${port}: ${state instanceof Error ? state.message || (state as MysqlError).code : state}`;
  });
  return new Error(`no database takes writes (${found.join('; ')})`);
};
