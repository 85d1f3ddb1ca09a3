/** What a session remembers: from statement to statement, and of the statement that runs. */

import { MysqlError } from './errors.ts';
import type { Statement } from './plan.ts';
import { type PatternBudget, patternMs } from './regexp.ts';
import type { Logged } from './replication/entry.ts';
import type { Recorder } from './replication/journal.ts';
import { checkDatabase } from './scope.ts';
import type { Account, Plans, Server } from './server.ts';
import { openSqlite, type Prepared, type Sqlite } from './sqlite.ts';
import type { TableUse } from './table-locks.ts';
import { catalogue, keepIds, type Warning } from './tables.ts';
import { createTransaction, type Transaction } from './transaction.ts';
import type { Value } from './values.ts';
import { createVariables, type Variables } from './variables.ts';

/** Whose session it is, from the login on. */
export interface Client {
  account: Account;
  connection: number;
  host: string;
  database: string | undefined;
  /** The client wants to know how many rows an UPDATE found, not how many it changed. */
  foundRows: boolean;
  /** Ends the connection, for KILL. */
  kill(): void;
}

/** Rows that UPDATE or ON DUPLICATE KEY UPDATE found and changed, counted assignment by assignment. */
interface Counted {
  assigned: number;
  found: number;
  changed: number;
  changes: boolean;
}

/** Of one statement. */
export interface Running {
  /** Its start, once somebody has asked: NOW() is the same in all of it. */
  now: Date | undefined;
  sleepMs: number;
  counted: Counted;
  /** Characters that functions have made. */
  produced: number;
  patterns: PatternBudget;
  /** The request that it belongs to. */
  request: string | undefined;
  /** What unsteady functions have returned, where somebody wants to know. */
  drawn: Value[] | undefined;
  /** What it repeats, and how many of the drawn values are used up. */
  repeats: (Logged & { next: number }) | undefined;
}

export interface SessionState {
  readonly server: Server;
  readonly client: Client;
  readonly db: Sqlite;
  readonly transaction: Transaction;
  /** Where what it changes is logged, if it is. */
  readonly recorder: Recorder | undefined;
  /** Aborted when the client is gone. */
  readonly ended: AbortController;
  account: Account;
  /** The database that was chosen by USE or at login. */
  chosen: string | undefined;
  plans: Plans;
  variables: Variables;
  userVariables: Map<string, Value>;
  /** The last number that AUTO_INCREMENT gave in each table, in the open transaction. */
  givenIds: Map<string, bigint>;
  /** Made by PREPARE: their text by their name. */
  namedStatements: Map<string, string>;
  warnings: Warning[];
  lastInsertId: bigint;
  rowCount: number;
  running: Running;
  /** The version of the schema that `db` has statements for. */
  schemaVersion: number;
}

export const nothingCounted = (): Counted => ({ assigned: 0, found: 0, changed: 0, changes: false });

export const newRunning = (): Running => ({
  now: undefined,
  sleepMs: 0,
  counted: nothingCounted(),
  produced: 0,
  patterns: { milliseconds: patternMs },
  request: undefined,
  drawn: undefined,
  repeats: undefined,
});

export const createState = (server: Server, client: Client): SessionState => {
  const { account } = client;
  const db = openSqlite(server.file);
  const ended = new AbortController();
  const recorder = server.journal?.recorder(db, () => checkWritable(state));
  const state: SessionState = {
    server,
    client,
    db,
    ended,
    recorder,
    transaction: createTransaction({
      db,
      locks: server.locks,
      signal: ended.signal,
      patience: what =>
        1000 *
        Number(state.variables.get(what === 'rows' ? 'innodb_lock_wait_timeout' : 'lock_wait_timeout')),
      undone: () => keepIds(db, state.givenIds),
      settled: () => state.givenIds.clear(),
      recorder,
    }),
    account,
    chosen: undefined,
    plans: server.plans(account, undefined),
    variables: createVariables(server.variables.values),
    userVariables: new Map(),
    givenIds: new Map(),
    namedStatements: new Map(),
    warnings: [],
    lastInsertId: 0n,
    rowCount: -1,
    running: newRunning(),
    schemaVersion: server.schemaVersion(),
  };
  return state;
};

/** Throws 1290 on a replica, which takes changes from its source only; the administrator is free to spoil it. */
export const checkWritable = ({ server, account }: SessionState): void => {
  if (server.variables.values.read_only === 1n && !account.admin)
    throw new MysqlError(
      1290,
      'The MySQL server is running with the --read-only option so it cannot execute this statement',
    );
};

/** Throws 1044 and 1049. */
export const chooseDatabase = (state: SessionState, database: string): void => {
  checkDatabase(state.plans.scope(), database);
  state.chosen = database;
  state.plans = state.server.plans(state.account, database);
};

/** What was done under LOCK TABLES is done. */
export const unlockTables = ({ server, client, transaction }: SessionState): void => {
  if (!server.tableLocks.holds(client.connection)) return;
  transaction.letGo();
  server.tableLocks.release(client.connection);
  server.locks.releasedAll();
};

/** A transaction that is left is undone. */
export const endTransaction = (state: SessionState): void => {
  state.transaction.rollback();
  unlockTables(state);
};

/** Throws when another connection has locked one of the tables, or this one has locked others. */
export const checkTableLocks = ({ server, client }: SessionState, use: TableUse): void =>
  server.tableLocks.check(client.connection, use);

/** As a fresh connection: COM_RESET_CONNECTION, and COM_CHANGE_USER with another account. */
export const resetState = (state: SessionState, account = state.account, database?: string): void => {
  const { server, transaction, db } = state;
  endTransaction(state);
  transaction.autocommit = true;
  state.variables = createVariables(server.variables.values);
  state.userVariables = new Map();
  state.namedStatements = new Map();
  state.warnings = [];
  state.lastInsertId = 0n;
  db.exec('PRAGMA foreign_keys = ON');
  if (account !== state.account) state.chosen = undefined;
  state.account = account;
  state.plans = server.plans(account, state.chosen);
  if (database !== undefined) chooseDatabase(state, database);
};

/** The statement as SQLite has it ready, for the schema as it is now. */
export const prepared = (state: SessionState, { sql }: Statement): Prepared => {
  const { server, db } = state;
  if (state.schemaVersion !== server.schemaVersion()) {
    state.schemaVersion = server.schemaVersion();
    db.forget();
    // SQLite notices that its copy of the schema is old when a statement runs, not when one is prepared.
    db.rows(`SELECT count(*) FROM ${catalogue}`);
  }
  return db.prepare(sql);
};

/** What functions may make for one statement: far more than a reply can carry. */
const mostProduced = 256 * 1024 * 1024;

export const countProduced = (running: Running, length: number): void => {
  running.produced += length;
  if (running.produced > mostProduced) throw new MysqlError(1041, 'Out of memory.');
};
