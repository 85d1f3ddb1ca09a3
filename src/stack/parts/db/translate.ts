/** From MySQL's statement to a plan. Only the kinds of statements that are named here are ever run. */

import { alter } from './alter-syntax.ts';
import {
  accept,
  type Cursor,
  createCursor,
  end,
  expect,
  fail,
  integer,
  name,
  peek,
  sees,
  seesOneOf,
  tableName,
} from './cursor.ts';
import * as ddl from './ddl.ts';
import { fileRefused, MysqlError, notSupported } from './errors.ts';
import { insert } from './insert.ts';
import type { Maintenance, Plan } from './plan.ts';
import { deallocate, execute, prepare } from './prepare-syntax.ts';
import { changeMaster, resetReplica, seesThreads, startStop } from './replication/order-syntax.ts';
import { checkDatabase, checkTable, findTable, requireAdmin, type Scope } from './scope.ts';
import { select, singleExpression } from './select.ts';
import { set } from './set-syntax.ts';
import { explain, show } from './show-syntax.ts';
import type { LockMode } from './table-locks.ts';
import { remove, update } from './update.ts';

const plain = (cursor: Cursor, plan: Plan): Plan => {
  end(cursor);
  return plan;
};

const begin = (cursor: Cursor): Plan => {
  if (accept(cursor, 'BEGIN')) accept(cursor, 'WORK');
  else {
    expect(cursor, 'START', 'TRANSACTION');
    while (seesOneOf(cursor, 'READ', 'WRITE', 'ONLY', 'WITH', 'CONSISTENT', 'SNAPSHOT', ',')) cursor.at++;
  }
  return plain(cursor, { kind: 'begin', params: 0 });
};

const completion = (cursor: Cursor): void => {
  accept(cursor, 'WORK');
  if (sees(cursor, 'AND', 'CHAIN')) throw notSupported('AND CHAIN');
  accept(cursor, 'AND', 'NO', 'CHAIN');
  if (sees(cursor, 'RELEASE')) throw notSupported('RELEASE');
  accept(cursor, 'NO', 'RELEASE');
};

const rollback = (cursor: Cursor): Plan => {
  expect(cursor, 'ROLLBACK');
  accept(cursor, 'WORK');
  if (accept(cursor, 'TO')) {
    accept(cursor, 'SAVEPOINT');
    return plain(cursor, { kind: 'rollback to', name: name(cursor), params: 0 });
  }
  completion(cursor);
  return plain(cursor, { kind: 'rollback', params: 0 });
};

const databaseStatement = (cursor: Cursor, scope: Scope): Plan => {
  const creates = sees(cursor, 'CREATE');
  cursor.at += 2;
  const unless = creates ? accept(cursor, 'IF', 'NOT', 'EXISTS') : accept(cursor, 'IF', 'EXISTS');
  const database = name(cursor);
  if (database !== scope.database && !scope.admin) checkDatabase(scope, database);
  if (creates && database === scope.database) {
    if (!unless) throw new MysqlError(1007, `Can't create database '${database}'; database exists`);
    return { kind: 'nothing', affected: 1, params: 0 };
  }
  throw notSupported(creates ? 'more than one database' : `${creates ? 'CREATE' : 'DROP'} DATABASE`);
};

/** `LOCK TABLES name [[AS] alias] READ [LOCAL] | WRITE, ...` */
const lockTables = (cursor: Cursor, scope: Scope): Plan => {
  expect(cursor, 'LOCK');
  if (!accept(cursor, 'TABLES')) expect(cursor, 'TABLE');
  const tables = new Map<string, LockMode>();
  do {
    const table = findTable(scope, tableName(cursor), 'LOCK TABLES').name;
    if (!seesOneOf(cursor, 'READ', 'WRITE', 'LOW_PRIORITY')) {
      accept(cursor, 'AS');
      name(cursor);
    }
    accept(cursor, 'LOW_PRIORITY');
    const writes = !accept(cursor, 'READ');
    if (writes) expect(cursor, 'WRITE');
    else accept(cursor, 'LOCAL');
    if (writes || !tables.has(table)) tables.set(table, writes ? 'WRITE' : 'READ');
  } while (accept(cursor, ','));
  return plain(cursor, { kind: 'lock tables', tables, params: 0 });
};

/** `CHECK TABLE name, ... [option ...]`, and its kin. */
const maintain =
  (verb: Maintenance): Translator =>
  (cursor, scope) => {
    cursor.at++;
    accept(cursor, 'NO_WRITE_TO_BINLOG');
    accept(cursor, 'LOCAL');
    if (verb === 'analyze' && !seesOneOf(cursor, 'TABLE', 'TABLES'))
      throw notSupported('ANALYZE of a statement');
    if (!accept(cursor, 'TABLES')) expect(cursor, 'TABLE');
    const tables: { table: string; exists: boolean }[] = [];
    do {
      const { database, table } = tableName(cursor);
      checkTable(scope, database, table, 'SELECT');
      tables.push({ table, exists: scope.tables.has(table) });
    } while (accept(cursor, ','));
    while (seesOneOf(cursor, 'FOR', 'UPGRADE', 'QUICK', 'FAST', 'MEDIUM', 'EXTENDED', 'CHANGED', 'USE_FRM'))
      cursor.at++;
    return plain(cursor, { kind: 'maintain', verb, tables, params: 0 });
  };

const load = (cursor: Cursor): never => {
  const local = cursor.tokens.slice(0, 6).some(({ value }) => value === 'LOCAL');
  if (sees(cursor, 'LOAD', 'DATA') || sees(cursor, 'LOAD', 'XML')) {
    if (!local) throw fileRefused();
    throw new MysqlError(
      3948,
      'Loading local data is disabled; this must be enabled on both the client and server sides',
    );
  }
  return fail(cursor);
};

const accounts = (cursor: Cursor, scope: Scope): never => {
  requireAdmin(scope, 'CREATE USER');
  throw notSupported(peek(cursor)?.value ?? '');
};

const schema =
  (plan: (cursor: Cursor, scope: Scope) => Extract<Plan, { kind: 'schema' }>['change']) =>
  (cursor: Cursor, scope: Scope): Plan => ({
    kind: 'schema',
    change: plan(cursor, scope),
    text: cursor.text,
    params: 0,
  });

const account = (cursor: Cursor): boolean =>
  peek(cursor, 1)?.value === 'USER' || peek(cursor, 1)?.value === 'ROLE';
const database = (cursor: Cursor): boolean =>
  peek(cursor, 1)?.value === 'DATABASE' || peek(cursor, 1)?.value === 'SCHEMA';

type Translator = (cursor: Cursor, scope: Scope) => Plan;

const withDatabase =
  (other: Translator): Translator =>
  (cursor, scope) =>
    account(cursor)
      ? accounts(cursor, scope)
      : database(cursor)
        ? databaseStatement(cursor, scope)
        : other(cursor, scope);

const unsupported: Translator = cursor => {
  throw notSupported(peek(cursor)?.value ?? '');
};

const kinds: Record<string, Translator> = {
  SELECT: select,
  WITH: select,
  INSERT: insert,
  REPLACE: insert,
  UPDATE: update,
  DELETE: remove,
  CREATE: withDatabase(schema(ddl.create)),
  ALTER: withDatabase(schema(alter)),
  DROP: withDatabase((cursor, scope) =>
    peek(cursor, 1)?.value === 'PREPARE' ? deallocate(cursor) : schema(ddl.drop)(cursor, scope),
  ),
  RENAME: withDatabase(schema(ddl.rename)),
  TRUNCATE: schema(ddl.truncate),
  SHOW: show,
  DESCRIBE: explain,
  DESC: explain,
  EXPLAIN: explain,
  SET: set,
  USE: (cursor, scope) => {
    expect(cursor, 'USE');
    const chosen = name(cursor);
    checkDatabase(scope, chosen);
    return plain(cursor, { kind: 'use', database: chosen, params: 0 });
  },
  BEGIN: begin,
  START: (cursor, scope) => (seesThreads(cursor) ? startStop(cursor, scope) : begin(cursor)),
  STOP: startStop,
  RESET: resetReplica,
  COMMIT: cursor => {
    expect(cursor, 'COMMIT');
    completion(cursor);
    return plain(cursor, { kind: 'commit', params: 0 });
  },
  ROLLBACK: rollback,
  SAVEPOINT: cursor => {
    expect(cursor, 'SAVEPOINT');
    return plain(cursor, { kind: 'savepoint', name: name(cursor), params: 0 });
  },
  RELEASE: cursor => {
    expect(cursor, 'RELEASE', 'SAVEPOINT');
    return plain(cursor, { kind: 'release', name: name(cursor), params: 0 });
  },
  LOCK: lockTables,
  UNLOCK: cursor => {
    expect(cursor, 'UNLOCK');
    if (!accept(cursor, 'TABLES')) expect(cursor, 'TABLE');
    return plain(cursor, { kind: 'unlock tables', params: 0 });
  },
  DO: (cursor, scope) => {
    expect(cursor, 'DO');
    const { params, ...statement } = singleExpression(cursor, scope);
    return plain(cursor, { kind: 'do', statement, params });
  },
  KILL: cursor => {
    expect(cursor, 'KILL');
    if (sees(cursor, 'QUERY')) throw notSupported('KILL QUERY');
    accept(cursor, 'CONNECTION');
    return plain(cursor, { kind: 'kill', connection: integer(cursor), params: 0 });
  },
  LOAD: load,
  GRANT: accounts,
  REVOKE: accounts,
  FLUSH: (cursor, scope) => {
    requireAdmin(scope, 'RELOAD');
    return unsupported(cursor, scope);
  },
  ANALYZE: maintain('analyze'),
  OPTIMIZE: maintain('optimize'),
  CHECK: maintain('check'),
  REPAIR: maintain('repair'),
  CALL: unsupported,
  HELP: unsupported,
  HANDLER: unsupported,
  PREPARE: prepare,
  EXECUTE: execute,
  DEALLOCATE: deallocate,
  INSTALL: unsupported,
  UNINSTALL: unsupported,
  SHUTDOWN: unsupported,
  CHANGE: changeMaster,
  XA: unsupported,
};

/** Throws MysqlError for everything that cannot be run. */
export const translate = (text: string, scope: Scope): Plan => {
  const cursor = createCursor(text);
  const first = peek(cursor);
  if (!first) throw new MysqlError(1065, 'Query was empty');
  const kind = first.kind === 'word' && Object.hasOwn(kinds, first.value) ? kinds[first.value] : undefined;
  if (kind) return kind(cursor, scope);
  return first.text === '(' ? select(cursor, scope) : fail(cursor, first);
};
