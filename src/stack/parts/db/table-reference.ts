/** What stands behind FROM and JOIN, and the tables that WITH defines. */

import { type Cursor, fail, peek, sees, tableName } from './cursor.ts';
import { emitName } from './emitter.ts';
import { noSuchTable } from './errors.ts';
import { keywords, ownPrefix, quoteName } from './guard.ts';
import { checkTable, isInformationSchema } from './scope.ts';
import type { Token } from './tokens.ts';
import { put, type Walk } from './walk.ts';
import { nameOf } from './words.ts';

/** A table follows, or several tables in parentheses. */
export const expectTable = ({ here, out }: Walk): void => {
  here.clause = 'from clause';
  here.expectsTable = true;
  out.references++;
};

const seesAlias = (cursor: Cursor): boolean => {
  const token = peek(cursor);
  if (token?.kind === 'quoted') return true;
  return (
    token?.kind === 'word' && (token.value === 'AS' || !(keywords.has(token.value) || token.value === 'FOR'))
  );
};

const skipIndexHint = (cursor: Cursor): void => {
  const hint = ['USE', 'FORCE', 'IGNORE'].some(w => sees(cursor, w, 'INDEX') || sees(cursor, w, 'KEY'));
  if (!hint) return;
  while (!sees(cursor, ')')) {
    if (!peek(cursor)) fail(cursor);
    cursor.at++;
  }
  cursor.at++;
};

export const table = (walk: Walk, token: Token): void => {
  const { cursor, out, here } = walk;
  const { database, table } = tableName(cursor);
  here.expectsTable = false;
  const where = database ?? out.scope.chosen;
  if (database === undefined && out.defined.has(table.toLowerCase())) put(walk, token, quoteName(table));
  else {
    checkTable(out.scope, database, table, 'SELECT');
    if (where !== undefined && isInformationSchema(where)) {
      out.information.add(table.toUpperCase());
      put(walk, token, `temp.${quoteName(ownPrefix + table.toLowerCase())}`);
      if (!seesAlias(cursor)) put(walk, token, `AS ${quoteName(table)}`);
    } else {
      if (!out.scope.tables.has(table)) throw noSuchTable(out.scope.database, table);
      out.tables.add(table);
      out.pieces.push({ sql: quoteName(table), at: token.at, name: table });
    }
  }
  here.operand = true;
  here.operandAt = out.pieces.length - 1;
  skipIndexHint(cursor);
};

/** Name of a common table expression, and of its columns. */
export const definition = (walk: Walk, token: Token): void => {
  const { cursor, out, here } = walk;
  out.defined.add(nameOf(token).toLowerCase());
  emitName(out, token, here.clause);
  here.expectsDefinition = false;
  cursor.at++;
  if (!sees(cursor, '(')) return;
  for (;;) {
    const part = peek(cursor) ?? fail(cursor);
    if (part.text === '(' || part.text === ')' || part.text === ',') put(walk, part, part.text);
    else emitName(out, part, 'field list');
    cursor.at++;
    if (part.text === ')') return;
  }
};
