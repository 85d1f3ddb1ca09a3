/** From MySQL's statement to a plan. Only the kinds of statements that are named here are ever run. */

import {
  accept,
  type Cursor,
  createCursor,
  end,
  expect,
  fail,
  name,
  next,
  peek,
  sees,
  seesOneOf,
} from './cursor.ts';
import * as ddl from './ddl.ts';
import { insert, remove, select, singleExpression, update } from './dml.ts';
import { fileRefused, MysqlError, notSupported } from './errors.ts';
import type { Assignment, Plan, Statement } from './plan.ts';
import { checkDatabase, requireAdmin, type Scope } from './scope.ts';
import { explain, show } from './show-syntax.ts';

const constant = (value: string | bigint): Statement => ({
  sql: 'SELECT ?',
  binds: [{ value }],
  source: { text: '', pieces: [] },
});

const setWord = (cursor: Cursor): string => {
  accept(cursor, '=');
  const token = next(cursor);
  return token.kind === 'word' ? token.text : token.value;
};

/** `name = value` of SET; a bare word is a text, such as ON or utf8mb4. */
const assignment = (cursor: Cursor, scope: Scope): { assignment: Assignment; params: number } => {
  let target: Assignment['target'] = 'session';
  if (accept(cursor, 'GLOBAL') || accept(cursor, 'PERSIST')) target = 'global';
  else if (!accept(cursor, 'SESSION')) accept(cursor, 'LOCAL');
  const token = next(cursor);
  let variable = token.kind === 'word' ? token.text : token.value;
  if (token.kind === 'variable') {
    const system = /^@@(?:(global|persist|session|local)\.)?(.*)$/i.exec(token.text);
    if (system) variable = system[2] ?? '';
    else variable = token.text.slice(1).replace(/^[`'"]|[`'"]$/g, '');
    if (!system) target = 'user';
    else if (/^(?:global|persist)$/i.test(system[1] ?? '')) target = 'global';
  } else if (token.kind !== 'word' && token.kind !== 'quoted') fail(cursor, token);
  if (!accept(cursor, ':', '=') && !accept(cursor, ':=')) expect(cursor, '=');
  if (target === 'global') requireAdmin(scope, 'SYSTEM_VARIABLES_ADMIN');
  const value = peek(cursor);
  const after = peek(cursor, 1);
  const bare =
    value?.kind === 'word' && (!after || after.text === ',' || after.text === ';') && value.value !== 'NULL';
  if (bare) {
    cursor.at++;
    return { assignment: { target, name: variable.toLowerCase(), value: constant(value.text) }, params: 0 };
  }
  const { params, ...statement } = singleExpression(cursor, scope);
  return { assignment: { target, name: variable.toLowerCase(), value: statement }, params };
};

const isolation = (cursor: Cursor): Assignment[] => {
  expect(cursor, 'TRANSACTION');
  const all: Assignment[] = [];
  do {
    if (accept(cursor, 'ISOLATION', 'LEVEL')) {
      const words = [next(cursor).value];
      if (seesOneOf(cursor, 'READ', 'COMMITTED', 'UNCOMMITTED')) words.push(next(cursor).value);
      const value = constant(words.join('-'));
      all.push({ target: 'session', name: 'transaction_isolation', value });
    } else {
      expect(cursor, 'READ');
      if (!accept(cursor, 'WRITE')) expect(cursor, 'ONLY');
    }
  } while (accept(cursor, ','));
  return all;
};

const set = (cursor: Cursor, scope: Scope): Plan => {
  expect(cursor, 'SET');
  const assignments: Assignment[] = [];
  let params = 0;
  const session = (variable: string, value: string) =>
    assignments.push({ target: 'session', name: variable, value: constant(value) });
  if (seesOneOf(cursor, 'PASSWORD', 'ROLE', 'DEFAULT')) {
    requireAdmin(scope, 'CREATE USER');
    throw notSupported(`SET ${peek(cursor)?.value}`);
  }
  const scoped = seesOneOf(cursor, 'SESSION', 'GLOBAL', 'LOCAL') ? 1 : 0;
  if (peek(cursor, scoped)?.value === 'TRANSACTION') {
    cursor.at += scoped;
    assignments.push(...isolation(cursor));
    end(cursor);
    return { kind: 'set', assignments, params };
  }
  do {
    if (accept(cursor, 'NAMES') || accept(cursor, 'CHARACTER', 'SET') || accept(cursor, 'CHARSET')) {
      const charset = setWord(cursor);
      for (const part of ['client', 'connection', 'results']) session(`character_set_${part}`, charset);
      if (accept(cursor, 'COLLATE')) session('collation_connection', setWord(cursor));
    } else {
      const one = assignment(cursor, scope);
      assignments.push(one.assignment);
      params += one.params;
    }
  } while (accept(cursor, ','));
  end(cursor);
  return { kind: 'set', assignments, params };
};

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
  (cursor: Cursor, scope: Scope): Plan => ({ kind: 'schema', change: plan(cursor, scope), params: 0 });

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
  ALTER: withDatabase(schema(ddl.alter)),
  DROP: withDatabase(schema(ddl.drop)),
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
  START: begin,
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
  UNLOCK: cursor => {
    expect(cursor, 'UNLOCK');
    if (!accept(cursor, 'TABLES')) expect(cursor, 'TABLE');
    return plain(cursor, { kind: 'nothing', params: 0 });
  },
  DO: (cursor, scope) => {
    expect(cursor, 'DO');
    const { params, ...statement } = singleExpression(cursor, scope);
    return plain(cursor, { kind: 'do', statement, params });
  },
  LOAD: load,
  GRANT: accounts,
  REVOKE: accounts,
  LOCK: unsupported,
  KILL: unsupported,
  FLUSH: unsupported,
  ANALYZE: unsupported,
  OPTIMIZE: unsupported,
  CHECK: unsupported,
  REPAIR: unsupported,
  CALL: unsupported,
  HANDLER: unsupported,
  PREPARE: unsupported,
  EXECUTE: unsupported,
  DEALLOCATE: unsupported,
  INSTALL: unsupported,
  UNINSTALL: unsupported,
  SHUTDOWN: unsupported,
  CHANGE: unsupported,
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
