/** START, STOP and RESET REPLICA, and CHANGE MASTER TO, as MariaDB and MySQL write them. */

import { accept, type Cursor, end, expect, fail, integer, next, peek, seesOneOf, text } from '../cursor.ts';
import { MysqlError, notSupported } from '../errors.ts';
import type { Plan } from '../plan.ts';
import { requireAdmin, type Scope } from '../scope.ts';

/** Which of the two halves of a replica: the one that fetches, and the one that applies. */
export interface Halves {
  io: boolean;
  sql: boolean;
}

export interface SourceChange {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  /** Milliseconds by which changes are repeated later. */
  delayMs?: number;
  retryMs?: number;
}

export type ReplicaOrder =
  | { verb: 'start' | 'stop'; halves: Halves }
  | { verb: 'reset'; all: boolean }
  | { verb: 'change'; change: SourceChange };

const isReplica = (cursor: Cursor): boolean => seesOneOf(cursor, 'REPLICA', 'SLAVE');

/** Whether START is about a replica; elsewhere it begins a transaction. */
export const seesThreads = (cursor: Cursor): boolean =>
  ['REPLICA', 'SLAVE'].includes(peek(cursor, 1)?.value ?? '');

const plan = (cursor: Cursor, order: ReplicaOrder): Plan => {
  end(cursor);
  return { kind: 'replica', order, params: 0 };
};

const replica = (cursor: Cursor, scope: Scope): void => {
  if (!isReplica(cursor)) fail(cursor);
  requireAdmin(scope, 'SUPER, REPLICATION SLAVE ADMIN');
  cursor.at++;
};

export const startStop = (cursor: Cursor, scope: Scope): Plan => {
  const verb = next(cursor).value === 'START' ? 'start' : 'stop';
  replica(cursor, scope);
  const halves = { io: false, sql: false };
  do {
    if (accept(cursor, 'IO_THREAD')) halves.io = true;
    else if (accept(cursor, 'SQL_THREAD')) halves.sql = true;
    else break;
  } while (accept(cursor, ','));
  if (seesOneOf(cursor, 'UNTIL')) throw notSupported('START REPLICA UNTIL');
  return plan(cursor, { verb, halves: halves.io || halves.sql ? halves : { io: true, sql: true } });
};

export const resetReplica = (cursor: Cursor, scope: Scope): Plan => {
  expect(cursor, 'RESET');
  if (seesOneOf(cursor, 'MASTER', 'QUERY')) {
    requireAdmin(scope, 'RELOAD');
    throw notSupported(`RESET ${peek(cursor)?.value}`);
  }
  replica(cursor, scope);
  return plan(cursor, { verb: 'reset', all: accept(cursor, 'ALL') });
};

/** Nothing that is typed here makes this server connect to another machine. */
const ownMachine = (host: string): string => {
  if (/^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/i.test(host)) return host;
  throw new MysqlError(
    1210,
    `Incorrect arguments to MASTER_HOST: this server repeats databases of its own machine only, and '${host}' is none`,
  );
};

/** Fractions are ours: MariaDB knows whole seconds only. */
const milliseconds = (cursor: Cursor): number => {
  const token = next(cursor);
  if (token.kind !== 'number' || !/^\d+(?:\.\d+)?$/.test(token.text)) fail(cursor, token);
  return Math.round(Number(token.text) * 1000);
};

const options: Record<string, (cursor: Cursor) => SourceChange> = {
  HOST: cursor => ({ host: ownMachine(text(cursor)) }),
  PORT: cursor => ({ port: integer(cursor) }),
  USER: cursor => ({ user: text(cursor) }),
  PASSWORD: cursor => ({ password: text(cursor) }),
  DELAY: cursor => ({ delayMs: milliseconds(cursor) }),
  CONNECT_RETRY: cursor => ({ retryMs: Math.max(1, milliseconds(cursor)) }),
  // Positions are always GTIDs here, and there is no TLS.
  USE_GTID: cursor => {
    if (!seesOneOf(cursor, 'SLAVE_POS', 'CURRENT_POS', 'REPLICA_POS')) fail(cursor);
    cursor.at++;
    return {};
  },
  AUTO_POSITION: cursor => {
    integer(cursor);
    return {};
  },
  SSL: cursor => {
    integer(cursor);
    return {};
  },
};

const changeOf = (cursor: Cursor): SourceChange => {
  const token = next(cursor);
  const name = /^(?:MASTER|SOURCE)_(\w+)$/.exec(token.value)?.[1] ?? '';
  const read = Object.hasOwn(options, name) ? options[name] : undefined;
  if (!read) {
    if (/^(?:MASTER|SOURCE)_/.test(token.value)) throw notSupported(token.value);
    return fail(cursor, token);
  }
  expect(cursor, '=');
  return read(cursor);
};

/** `CHANGE MASTER TO option = value, ...`, or `CHANGE REPLICATION SOURCE TO ...`. */
export const changeMaster = (cursor: Cursor, scope: Scope): Plan => {
  expect(cursor, 'CHANGE');
  if (!accept(cursor, 'REPLICATION', 'SOURCE')) expect(cursor, 'MASTER');
  expect(cursor, 'TO');
  requireAdmin(scope, 'SUPER, REPLICATION SLAVE ADMIN');
  let change: SourceChange = {};
  do change = { ...change, ...changeOf(cursor) };
  while (accept(cursor, ','));
  return plan(cursor, { verb: 'change', change });
};
