/** From SQLite's result columns to those of the protocol. */

import { columnOf, type TableModel } from './model.ts';
import type { SelectPlan, TypeHint } from './plan.ts';
import { fieldType } from './protocol.ts';
import type { Column } from './resultset.ts';
import type { ResultColumn } from './sqlite.ts';
import type { Value } from './values.ts';

interface WireType {
  type: number;
  decimals: number;
  unsigned?: boolean;
}

/** Digits after the point of a double whose number of digits is not fixed. */
const notFixed = 31;

const plain: Record<string, number> = {
  date: fieldType.date,
  time: fieldType.time,
  json: fieldType.json,
  blob: fieldType.blob,
};

const sizes = (declared: string): number[] => (/\((.*)\)/.exec(declared)?.[1] ?? '').split(',').map(Number);

/** The type of a column that was declared so, or nothing when nothing was declared. */
export const wireType = (declared: string): WireType | undefined => {
  const name = /^[a-z]*/i.exec(declared)?.[0].toLowerCase() ?? '';
  if (name === '') return undefined;
  if (/int/.test(name) || name === 'year')
    return { type: fieldType.longlong, decimals: 0, unsigned: declared.endsWith('unsigned') };
  if (name === 'decimal') return { type: fieldType.newDecimal, decimals: sizes(declared)[1] ?? 0 };
  if (name === 'double' || name === 'float') return { type: fieldType.double, decimals: notFixed };
  if (name === 'datetime' || name === 'timestamp')
    return { type: fieldType.datetime, decimals: sizes(declared)[0] || 0 };
  return { type: plain[name] ?? fieldType.varString, decimals: 0 };
};

/** What all these values can be sent as. */
export const typeOfValues = (rows: readonly (readonly Value[])[], i: number): WireType => {
  let type: number = fieldType.null;
  for (const row of rows) {
    const value = row[i] ?? null;
    if (value === null) continue;
    if (value instanceof Uint8Array) return { type: fieldType.blob, decimals: 0 };
    if (typeof value === 'string') type = fieldType.varString;
    else if (type === fieldType.varString) continue;
    else if (typeof value === 'number') type = fieldType.double;
    else if (type === fieldType.null) type = fieldType.longlong;
  }
  return { type, decimals: type === fieldType.double ? notFixed : 0 };
};

const hintFor = (
  hints: readonly TypeHint[],
  star: number | undefined,
  i: number,
  count: number,
): TypeHint => {
  if (star === undefined || i < star) return hints[i];
  const fromEnd = count - i;
  return fromEnd < hints.length - star ? hints[hints.length - fromEnd] : undefined;
};

const wholes = /^decimal\(\d+, 0\)$/;

/** The columns of a result; fixed when they are the same whatever the rows hold. */
export const typedColumns = (
  columns: readonly ResultColumn[],
  rows: readonly (readonly Value[])[],
  plan: SelectPlan,
  server: { database: string; tables(): ReadonlyMap<string, TableModel> },
): { columns: Column[]; fixed: boolean } => {
  let fixed = true;
  const { database: schema } = server;
  // An outer join makes NULLs where the table has none.
  const outer = plan.statement.source.pieces.some(({ sql }) => sql === 'LEFT' || sql === 'RIGHT');
  const typed = columns.map(({ name, type, table, column }, i): Column => {
    const hint = hintFor(plan.hints, plan.star, i, columns.length);
    let wire = wireType(type) ?? wireType(hint ?? '');
    // A sum of whole numbers that became a double is none of a fixed number of digits any more.
    if (wire && hint && wholes.test(hint) && rows.some(row => typeof row[i] === 'number')) wire = undefined;
    if (!wire || type === '') fixed = false;
    wire ??= typeOfValues(rows, i);
    const model = table && server.tables().get(table);
    if (!model || !column) return { name, ...wire };
    const notNull = !outer && columnOf(model, column)?.nullable === false;
    return { name, ...wire, notNull, schema, table, originTable: table, originName: column };
  });
  return { columns: typed, fixed };
};
