/** SET of system and user variables, character sets and isolation levels. */

import { accept, type Cursor, end, expect, fail, next, peek, seesOneOf } from './cursor.ts';
import { MysqlError, notSupported } from './errors.ts';
import type { Assignment, Plan, Statement } from './plan.ts';
import { requireAdmin, type Scope } from './scope.ts';
import { singleExpression } from './select.ts';
import { globalOnly } from './variables.ts';

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
  if (target === 'session' && globalOnly.has(variable.toLowerCase()))
    throw new MysqlError(
      1229,
      `Variable '${variable.toLowerCase()}' is a GLOBAL variable and should be set with SET GLOBAL`,
    );
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

export const set = (cursor: Cursor, scope: Scope): Plan => {
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
