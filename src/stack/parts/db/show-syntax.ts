/** SHOW, DESCRIBE and EXPLAIN: what is asked for. */

import {
  accept,
  type Cursor,
  end,
  expect,
  fail,
  name,
  next,
  peek,
  sees,
  seesOneOf,
  tableName,
  text,
} from './cursor.ts';
import { notSupported } from './errors.ts';
import { insert } from './insert.ts';
import type { Plan, ShowPlan, ShowWhat } from './plan.ts';
import {
  checkDatabase,
  checkTable,
  findTable,
  isInformationSchema,
  requireAdmin,
  type Scope,
} from './scope.ts';
import { condition, select } from './select.ts';
import { remove, update } from './update.ts';

const showPlan = (what: ShowWhat, more: Partial<ShowPlan> = {}): Plan => ({
  kind: 'show',
  what,
  full: false,
  table: undefined,
  like: undefined,
  where: undefined,
  ...more,
  params: 0,
});

/** `[LIKE 'pattern' | WHERE condition]` and the end. */
const filtered = (cursor: Cursor, scope: Scope, what: ShowWhat, more: Partial<ShowPlan> = {}): Plan => {
  const like = accept(cursor, 'LIKE') ? text(cursor) : undefined;
  const where = accept(cursor, 'WHERE') ? condition(cursor, scope) : undefined;
  if (accept(cursor, 'LIMIT')) while (peek(cursor)?.kind === 'number' || sees(cursor, ',')) cursor.at++;
  end(cursor);
  return showPlan(what, { ...more, like, where });
};

const fromDatabase = (cursor: Cursor, scope: Scope): string | undefined => {
  if (!accept(cursor, 'FROM') && !accept(cursor, 'IN')) return undefined;
  const database = name(cursor);
  checkDatabase(scope, database);
  return database;
};

/** `table`, `database.table` or `table FROM database`. */
const tableOf = (cursor: Cursor, scope: Scope): string => {
  const named = tableName(cursor);
  const database = fromDatabase(cursor, scope) ?? named.database;
  return findTable(scope, { database, table: named.table }, 'SELECT').name;
};

/** As `tableOf`, for what tables of information_schema can be asked too; those are in capital letters. */
const anyTableOf = (cursor: Cursor, scope: Scope): string => {
  const named = tableName(cursor);
  const database = fromDatabase(cursor, scope) ?? named.database ?? scope.chosen;
  if (database === undefined || !isInformationSchema(database))
    return findTable(scope, { database, table: named.table }, 'SELECT').name;
  checkTable(scope, database, named.table, 'SELECT');
  return named.table.toUpperCase();
};

const simple: [string[], ShowWhat][] = [
  [['DATABASES'], 'databases'],
  [['SCHEMAS'], 'databases'],
  [['STATUS'], 'status'],
  [['VARIABLES'], 'variables'],
  [['WARNINGS'], 'warnings'],
  [['ERRORS'], 'errors'],
  [['ENGINES'], 'engines'],
  [['STORAGE', 'ENGINES'], 'engines'],
  [['COLLATION'], 'collation'],
  [['CHARACTER', 'SET'], 'character set'],
  [['CHARSET'], 'character set'],
  [['PLUGINS'], 'plugins'],
  [['PRIVILEGES'], 'privileges'],
];

const ofReplication: [string[], ShowWhat][] = [
  [['REPLICA', 'STATUS'], 'replica status'],
  [['SLAVE', 'STATUS'], 'replica status'],
  [['MASTER', 'STATUS'], 'binlog status'],
  [['BINLOG', 'STATUS'], 'binlog status'],
  [['BINARY', 'LOG', 'STATUS'], 'binlog status'],
  [['BINLOG', 'EVENTS'], 'binlog events'],
  [['BINARY', 'LOGS'], 'binary logs'],
  [['MASTER', 'LOGS'], 'binary logs'],
];

export const show = (cursor: Cursor, scope: Scope): Plan => {
  expect(cursor, 'SHOW');
  if (accept(cursor, 'CREATE')) {
    if (accept(cursor, 'DATABASE') || accept(cursor, 'SCHEMA')) {
      accept(cursor, 'IF', 'NOT', 'EXISTS');
      const database = name(cursor);
      checkDatabase(scope, database);
      return filtered(cursor, scope, 'create database', { table: database });
    }
    if (!accept(cursor, 'TABLE')) throw notSupported(`SHOW CREATE ${peek(cursor)?.value ?? ''}`);
    return filtered(cursor, scope, 'create table', { table: tableOf(cursor, scope) });
  }
  if (accept(cursor, 'GRANTS')) {
    while (peek(cursor)) next(cursor);
    return showPlan('grants');
  }
  for (const what of ['warnings', 'errors'] as const)
    if (accept(cursor, 'COUNT', '(', '*', ')', what.toUpperCase()))
      return filtered(cursor, scope, `count ${what}`);
  if (accept(cursor, 'TABLE', 'STATUS'))
    return filtered(cursor, scope, 'table status', { table: fromDatabase(cursor, scope) });
  for (const what of ['open tables', 'triggers', 'events'] as const) {
    if (!accept(cursor, ...what.toUpperCase().split(' '))) continue;
    fromDatabase(cursor, scope);
    return filtered(cursor, scope, what);
  }
  if (accept(cursor, 'PROCEDURE', 'STATUS') || accept(cursor, 'FUNCTION', 'STATUS'))
    return filtered(cursor, scope, 'routines');
  if (!accept(cursor, 'GLOBAL') && !accept(cursor, 'SESSION')) accept(cursor, 'LOCAL');
  for (const [words, what] of simple) if (accept(cursor, ...words)) return filtered(cursor, scope, what);
  accept(cursor, 'EXTENDED');
  const full = accept(cursor, 'FULL');
  if (accept(cursor, 'PROCESSLIST')) return filtered(cursor, scope, 'processlist', { full });
  if (accept(cursor, 'TABLES'))
    return filtered(cursor, scope, 'tables', { full, table: fromDatabase(cursor, scope) });
  if (accept(cursor, 'COLUMNS') || accept(cursor, 'FIELDS')) {
    if (!accept(cursor, 'FROM')) expect(cursor, 'IN');
    return filtered(cursor, scope, 'columns', { full, table: anyTableOf(cursor, scope) });
  }
  if (accept(cursor, 'INDEX') || accept(cursor, 'INDEXES') || accept(cursor, 'KEYS')) {
    if (!accept(cursor, 'FROM')) expect(cursor, 'IN');
    return filtered(cursor, scope, 'index', { table: tableOf(cursor, scope) });
  }
  if (seesOneOf(cursor, 'MASTER', 'BINARY', 'BINLOG', 'SLAVE', 'REPLICA', 'REPLICAS')) {
    requireAdmin(scope, 'SUPER, REPLICATION CLIENT');
    for (const [words, what] of ofReplication)
      if (accept(cursor, ...words)) return filtered(cursor, scope, what);
    throw notSupported(`SHOW ${peek(cursor)?.value}`);
  }
  return fail(cursor);
};

/** DESCRIBE table [column] and EXPLAIN statement; the two words mean the same. */
export const explain = (cursor: Cursor, scope: Scope): Plan => {
  next(cursor);
  if (!accept(cursor, 'FORMAT', '=', 'TRADITIONAL') && seesOneOf(cursor, 'ANALYZE', 'FORMAT'))
    throw notSupported(`EXPLAIN ${peek(cursor)?.value}`);
  if (!accept(cursor, 'EXTENDED') && peek(cursor, 1)) accept(cursor, 'PARTITIONS');
  if (seesOneOf(cursor, 'SELECT', 'WITH', '(')) {
    const { params, ...explained } = select(cursor, scope);
    return { ...showPlan('explain', { explained }), params };
  }
  const writes = { INSERT: insert, REPLACE: insert, UPDATE: update, DELETE: remove };
  for (const [word, translate] of Object.entries(writes)) {
    if (!sees(cursor, word)) continue;
    const { params, ...explained } = translate(cursor, scope);
    return { ...showPlan('explain', { explained }), params };
  }
  const table = anyTableOf(cursor, scope);
  const column = peek(cursor);
  if (column?.kind === 'string' || column?.kind === 'word' || column?.kind === 'quoted') {
    cursor.at++;
    end(cursor);
    return showPlan('columns', { table, like: column.kind === 'word' ? column.text : column.value });
  }
  end(cursor);
  return showPlan('columns', { table });
};
