import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, QueryResult } from 'mysql2/promise';
import type { Endpoint } from '../../address-book.ts';
import type { AppSettings, SiteDatabase, SqlValue } from './contract.ts';

export type Rows = Awaited<ReturnType<SiteDatabase['query']>>;

/** Where statements are sent. */
export interface Database {
  /** Rejects with mysql2's error. */
  run(statement: string, values: SqlValue[]): Promise<Rows>;
  /** Closes every connection, when the statements under way have their answers. */
  retire(): void;
}

/** Connections to one database, as many as there are workers. */
export interface Connections extends Database {
  /** Closes them at once: whoever waits for an answer gets an error that says why. */
  drop(why: string): void;
}

/** Which databases there are, and as whom to ask them. */
export type Access = Pick<AppSettings, 'databases' | 'user' | 'password' | 'database' | 'workers'>;

/** There was no connection: nothing of the statement was sent. */
export class Unsent extends Error {}

const earlyTries = 200;
const earlyPauseMs = 25;

export const openConnections = (
  host: Endpoint,
  { user, password, database, workers }: Access,
): Connections => {
  const sockets = new Set<Socket>();
  const dial = (): Socket => {
    const socket = connect({ host: host.host, port: host.port }).setNoDelay(true);
    sockets.add(socket);
    return socket.once('close', () => sockets.delete(socket));
  };
  // mysql2 is by far the heaviest module of this process: it loads while the port is being opened.
  const pool = import('../../mysql.ts').then(({ createPool }) =>
    createPool({
      stream: dial,
      user,
      password,
      database,
      connectionLimit: workers,
      // A database that accepts but says nothing is waited for: it is the web server that loses patience.
      connectTimeout: 60_000,
      charset: 'utf8mb4',
      dateStrings: true,
    }),
  );
  let running = 0;
  let retired = false;
  let closed = false;
  const close = (): void => {
    closed = true;
    void pool.then(opened => opened.end()).catch(() => {});
  };
  /** The first visitor should not wait for the connecting; app and db start at the same time, so it is tried again. */
  const connectEarly = async (): Promise<void> => {
    for (let tries = 0; tries < earlyTries && !closed; tries++) {
      const connection = await (await pool).getConnection().catch(() => undefined);
      if (connection) return connection.release();
      await sleep(earlyPauseMs, undefined, { ref: false });
    }
  };
  void connectEarly();

  return {
    run: async (statement, values) => {
      running += 1;
      try {
        return await runOn(await pool, statement, values);
      } finally {
        running -= 1;
        if (retired && running === 0) close();
      }
    },
    retire: () => {
      retired = true;
      if (running === 0) close();
    },
    drop: why => {
      close();
      const error = Object.assign(new Error(why), { code: 'ECONNABORTED' });
      for (const socket of sockets) socket.destroy(error);
    },
  };
};

const runOn = async (pool: Pool, statement: string, values: SqlValue[]): Promise<Rows> => {
  const connection = await pool.getConnection().catch(error => {
    throw new Unsent('no connection', { cause: error });
  });
  try {
    // Not `execute`: the comment makes every statement a new one, and each would stay prepared for ever.
    const [result] = await connection.query<QueryResult>(statement, values);
    return result as Rows;
  } finally {
    connection.release();
  }
};
