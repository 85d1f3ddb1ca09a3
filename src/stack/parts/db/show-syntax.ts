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
import { checkDatabase, findTable, isInformationSchema, requireAdmin, type Scope } from './scope.ts';
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

export const show = (cursor: Cursor, scope: Scope): Plan => {
  expect(cursor, 'SHOW');
  if (accept(cursor, 'CREATE')) {
    if (accept(cursor, 'DATABASE') || accept(cursor, 'SCHEMA')) {
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
  if (sees(cursor, 'COUNT', '(', '*', ')', 'WARNINGS')) {
    cursor.at += 5;
    return filtered(cursor, scope, 'count warnings');
  }
  if (accept(cursor, 'TABLE', 'STATUS'))
    return filtered(cursor, scope, 'table status', { table: fromDatabase(cursor, scope) });
  if (accept(cursor, 'OPEN', 'TABLES') || accept(cursor, 'TRIGGERS') || accept(cursor, 'EVENTS')) {
    fromDatabase(cursor, scope);
    return filtered(cursor, scope, 'triggers');
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
    return filtered(cursor, scope, 'columns', { full, table: tableOf(cursor, scope) });
  }
  if (accept(cursor, 'INDEX') || accept(cursor, 'INDEXES') || accept(cursor, 'KEYS')) {
    if (!accept(cursor, 'FROM')) expect(cursor, 'IN');
    return filtered(cursor, scope, 'index', { table: tableOf(cursor, scope) });
  }
  if (seesOneOf(cursor, 'MASTER', 'BINARY', 'BINLOG', 'SLAVE', 'REPLICA', 'REPLICAS')) {
    requireAdmin(scope, 'REPLICATION CLIENT');
    throw notSupported(`SHOW ${peek(cursor)?.value}`);
  }
  return fail(cursor);
};

/** DESCRIBE table [column] and EXPLAIN statement; the two words mean the same. */
export const explain = (cursor: Cursor, scope: Scope): Plan => {
  next(cursor);
  if (seesOneOf(cursor, 'ANALYZE', 'FORMAT')) throw notSupported(`EXPLAIN ${peek(cursor)?.value}`);
  accept(cursor, 'EXTENDED');
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
  const named = tableName(cursor);
  if (named.database && isInformationSchema(named.database))
    throw notSupported('DESCRIBE of information_schema');
  const { name: table } = findTable(scope, named, 'SELECT');
  const column = peek(cursor);
  if (column?.kind === 'string' || column?.kind === 'word' || column?.kind === 'quoted') {
    cursor.at++;
    end(cursor);
    return showPlan('columns', { table, like: column.kind === 'word' ? column.text : column.value });
  }
  end(cursor);
  return showPlan('columns', { table });
};
