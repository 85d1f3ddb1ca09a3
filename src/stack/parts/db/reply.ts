import type { Bind } from './emitter.ts';
import type { Statement } from './plan.ts';
import type { Column } from './resultset.ts';
import type { Value } from './values.ts';

/** What a statement returns. */
export type Reply =
  | { kind: 'rows'; columns: readonly Column[]; rows: readonly (readonly Value[])[] }
  | { kind: 'ok'; affectedRows: number; insertId: bigint; info: string };

export const ok = (affectedRows = 0, insertId = 0n, info = ''): Reply => ({
  kind: 'ok',
  affectedRows,
  insertId,
  info,
});

export const boundValue =
  (params: readonly Value[]) =>
  (bind: Bind): Value =>
    'value' in bind ? bind.value : (params[bind.param] ?? null);

/** The values that SQLite gets beside the statement. */
export const bound = (statement: Statement, params: readonly Value[]): Value[] =>
  statement.binds.map(boundValue(params));
