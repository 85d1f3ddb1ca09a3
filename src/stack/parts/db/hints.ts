/** The types of expressions, as far as they can be seen in the statement. */

import { columnOf, isFloating, type TableModel } from './model.ts';
import type { TypeHint } from './plan.ts';
import type { Token } from './tokens.ts';

const fixed: Record<string, string> = {
  NOW: 'datetime',
  CURRENT_TIMESTAMP: 'datetime',
  LOCALTIME: 'datetime',
  LOCALTIMESTAMP: 'datetime',
  SYSDATE: 'datetime',
  UTC_TIMESTAMP: 'datetime',
  FROM_UNIXTIME: 'datetime',
  CURDATE: 'date',
  CURRENT_DATE: 'date',
  DATE: 'date',
};

const passing = new Set(['MIN', 'MAX', 'COALESCE', 'IFNULL', 'NULLIF']);

/** Whether the parenthesis that opens at index 1 closes at the end. */
const isOneCall = (tokens: readonly Token[]): boolean => {
  let depth = 0;
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'operator') continue;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return i === tokens.length - 1;
  }
  return false;
};

const columnType = (token: Token | undefined, tables: readonly TableModel[]) => {
  if (!token || (token.kind !== 'word' && token.kind !== 'quoted')) return undefined;
  const name = token.kind === 'word' ? token.text : token.value;
  return tables.flatMap(table => columnOf(table, name)?.type ?? [])[0];
};

const withoutAlias = (tokens: readonly Token[]): readonly Token[] => {
  const last = tokens.at(-1);
  if (tokens.at(-2)?.value === 'AS') return tokens.slice(0, -2);
  const named = last?.kind === 'quoted' || last?.kind === 'string' || last?.kind === 'word';
  return named && tokens.at(-2)?.text === ')' ? tokens.slice(0, -1) : tokens;
};

/** `CAST(x AS DECIMAL(5, 2))`, and the types of dates. */
const castHint = (tokens: readonly Token[]): TypeHint => {
  const as = tokens.findLastIndex(({ value }) => value === 'AS');
  const type = tokens.slice(as + 1, -1);
  const name = type[0]?.value.toLowerCase() ?? '';
  if (name === 'decimal') return `decimal(${type[2]?.text ?? '10'}, ${type[4]?.text ?? '0'})`;
  return ['date', 'datetime', 'time'].includes(name) ? name : undefined;
};

/** The declared type of one item of a select list, or nothing: then its values tell. */
export const typeHint = (item: readonly Token[], tables: readonly TableModel[]): TypeHint => {
  const tokens = withoutAlias(item);
  const literal = tokens.length === 1 ? /^\d*\.(\d+)$/.exec(tokens[0]?.text ?? '') : null;
  if (literal) return `decimal(65, ${literal[1]?.length ?? 0})`;
  const fn = tokens[0]?.kind === 'word' ? tokens[0].value : '';
  const bare = tokens.length === 1;
  const call = tokens[1]?.text === '(' && isOneCall(tokens);
  if (!bare && !call) return undefined;
  if (Object.hasOwn(fixed, fn) && (call || fn.startsWith('CURRENT_') || fn === 'UTC_TIMESTAMP'))
    return fixed[fn];
  if (!call) return undefined;
  if (fn === 'CAST') return castHint(tokens);
  const argument = tokens.slice(2, -1).filter(({ value }) => value !== 'DISTINCT');
  const first = argument.find(
    ({ kind, text }, i) => kind !== 'operator' && argument[i + 1]?.text !== '.' && text !== '.',
  );
  const type = columnType(first, tables);
  if (!type) return undefined;
  const plain = argument.every(({ kind, text }) => kind !== 'operator' || text === '.');
  const [precision = 10, scale = 0] = type.size;
  if (passing.has(fn)) return `${type.name}${type.size.length ? `(${type.size.join(', ')})` : ''}`;
  if (fn !== 'SUM' && fn !== 'AVG') return undefined;
  if (!plain || isFloating(type)) return undefined;
  const digits = (type.name === 'decimal' ? scale : 0) + (fn === 'AVG' ? 4 : 0);
  return `decimal(${precision}, ${digits})`;
};
