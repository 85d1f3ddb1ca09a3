/** PREPARE, EXECUTE and DEALLOCATE PREPARE: prepared statements in words. */

import { accept, type Cursor, end, expect, fail, name, next, peek, text } from './cursor.ts';
import type { Plan } from './plan.ts';

const variable = (cursor: Cursor): string => {
  const token = next(cursor);
  if (token.kind !== 'variable' || token.text.startsWith('@@')) fail(cursor, token);
  return token.text
    .slice(1)
    .replace(/^[`'"]|[`'"]$/g, '')
    .toLowerCase();
};

export const prepare = (cursor: Cursor): Plan => {
  expect(cursor, 'PREPARE');
  const named = name(cursor).toLowerCase();
  expect(cursor, 'FROM');
  const source = peek(cursor)?.kind === 'variable' ? { variable: variable(cursor) } : text(cursor);
  end(cursor);
  return { kind: 'prepare', name: named, text: source, params: 0 };
};

export const execute = (cursor: Cursor): Plan => {
  expect(cursor, 'EXECUTE');
  const named = name(cursor).toLowerCase();
  const using: string[] = [];
  if (accept(cursor, 'USING')) {
    do using.push(variable(cursor));
    while (accept(cursor, ','));
  }
  end(cursor);
  return { kind: 'execute', name: named, using, params: 0 };
};

/** `DROP PREPARE` is the same. */
export const deallocate = (cursor: Cursor): Plan => {
  cursor.at++;
  expect(cursor, 'PREPARE');
  const named = name(cursor).toLowerCase();
  end(cursor);
  return { kind: 'deallocate', name: named, params: 0 };
};
