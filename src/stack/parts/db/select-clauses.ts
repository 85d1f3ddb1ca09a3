/** The words that begin the parts of a query. */

import { fail, peek, sees } from './cursor.ts';
import { fileRefused, notSupported } from './errors.ts';
import { castType } from './function-calls.ts';
import { alias, endItem, select } from './select-list.ts';
import { expectTable } from './table-reference.ts';
import { begin, isOutermost, type Rule, replace } from './walk.ts';
import { clauses } from './words.ts';

const withDefinitions: Rule = (walk, token) => {
  const { cursor, out, here } = walk;
  if (out.pieces.length > here.start + 1) return false;
  if (sees(cursor, 'WITH', 'RECURSIVE')) throw notSupported('WITH RECURSIVE');
  here.expectsDefinition = true;
  here.inWith = true;
  return begin(walk, token, 'WITH');
};

const as: Rule = (walk, token) => {
  replace(walk, token, 'AS');
  if (walk.here.fn === 'CAST') {
    castType(walk);
    return true;
  }
  const named = peek(walk.cursor);
  if (named && ['word', 'quoted', 'string'].includes(named.kind)) alias(walk, named);
  return true;
};

const from: Rule = (walk, token) => {
  const { cursor, here } = walk;
  if (!here.select) return false;
  endItem(walk);
  if (sees(cursor, 'FROM', 'DUAL')) {
    here.clause = 'from clause';
    cursor.at += 2;
    return true;
  }
  expectTable(walk);
  return begin(walk, token, 'FROM');
};

const union: Rule = (walk, token) => {
  if (!walk.here.select) return false;
  endItem(walk);
  if (isOutermost(walk)) walk.inFirstList = false;
  walk.here.select = false;
  return begin(walk, token, token.value);
};

const into: Rule = ({ cursor, here }, token) => {
  if (!here.select) return false;
  if (sees(cursor, 'INTO', 'OUTFILE') || sees(cursor, 'INTO', 'DUMPFILE')) throw fileRefused();
  throw peek(cursor, 1)?.kind === 'variable' ? notSupported('SELECT ... INTO') : fail(cursor, token);
};

/** `FOR UPDATE`, `FOR SHARE` and `LOCK IN SHARE MODE`: SQLite has one lock for all. */
const locking: Rule = (walk, token) => {
  const { cursor, out, here } = walk;
  const locks =
    sees(cursor, 'FOR', 'UPDATE') ||
    sees(cursor, 'FOR', 'SHARE') ||
    sees(cursor, 'LOCK', 'IN', 'SHARE', 'MODE');
  if (!here.select || !locks) return false;
  endItem(walk);
  out.locking = true;
  cursor.at += token.value === 'LOCK' ? 4 : 2;
  if (sees(cursor, 'NOWAIT')) cursor.at++;
  if (sees(cursor, 'SKIP', 'LOCKED')) cursor.at += 2;
  return true;
};

const clause: Rule = (walk, token) => {
  const { here, out } = walk;
  if (here.isWindow) return false;
  if (here.fn === 'GROUP_CONCAT' && token.value === 'ORDER') here.orderAt = out.pieces.length;
  if (here.select) endItem(walk);
  if (here.select || isOutermost(walk)) here.clause = clauses[token.value] as string;
  return begin(walk, token, token.value);
};

const join: Rule = (walk, token) => {
  expectTable(walk);
  return begin(walk, token, 'JOIN');
};

const on: Rule = ({ here }) => {
  here.clause = 'on clause';
  return false;
};

const offset: Rule = (walk, token) => walk.here.clause === 'limit clause' && begin(walk, token, token.value);

export const selectRules: Readonly<Record<string, Rule>> = {
  SELECT: select,
  WITH: withDefinitions,
  AS: as,
  FROM: from,
  UNION: union,
  EXCEPT: union,
  INTERSECT: union,
  INTO: into,
  FOR: locking,
  LOCK: locking,
  ...Object.fromEntries(Object.keys(clauses).map(word => [word, clause])),
  JOIN: join,
  STRAIGHT_JOIN: join,
  ON: on,
  OFFSET: offset,
};
