/** EXPLAIN: SQLite's plan in the columns of MySQL's. */

import type { Listing } from './show.ts';
import type { Value } from './values.ts';

const columnNames =
  'id select_type table partitions type possible_keys key key_len ref rows filtered Extra'.split(' ');

interface Step {
  table: string;
  type: string;
  key: string | null;
  extra: string[];
}

/** One line of EXPLAIN QUERY PLAN, such as `SEARCH t USING INDEX i (a=?)`. */
const step = (detail: string): Step | undefined => {
  const match = /^(SCAN|SEARCH) (\S+)(?: USING (.*))?$/.exec(detail);
  if (!match) return undefined;
  const [, how, table = '', using = ''] = match;
  const index = /^(COVERING )?INDEX (\S+)/.exec(using);
  const primary = /PRIMARY KEY/.test(using);
  const name = index?.[2]?.replace(/^.*?\./, '') ?? null;
  const key = primary || name?.startsWith('sqlite_autoindex') ? 'PRIMARY' : name;
  const extra = index?.[1] ? ['Using index'] : [];
  if (how === 'SCAN') return { table, type: key ? 'index' : 'ALL', key, extra };
  const equal = /\([^()]*=\?/.test(using) || /\(rowid=\?\)/.test(using);
  return { table, type: !equal ? 'range' : primary ? 'const' : 'ref', key, extra };
};

/** `plan` is what EXPLAIN QUERY PLAN returned: id, parent, notused, detail. */
export const explained = (plan: readonly Value[][], rowCount: (table: string) => bigint | null): Listing => {
  const details = plan.map(row => String(row[3]));
  const steps = details.flatMap(detail => step(detail) ?? []);
  const sorts = details.some(detail => /TEMP B-TREE FOR (?:.* )?ORDER BY/.test(detail));
  const groups = details.some(detail => /TEMP B-TREE FOR (?:GROUP BY|DISTINCT)/.test(detail));
  const last = [...(groups ? ['Using temporary'] : []), ...(sorts ? ['Using filesort'] : [])];
  const rows = steps.map((one, i): Value[] => {
    const extra = [...one.extra, ...(i === 0 ? last : [])].join('; ') || null;
    const count = one.type === 'const' ? 1n : rowCount(one.table);
    const ref = one.type === 'const' || one.type === 'ref' ? 'const' : null;
    return [1n, 'SIMPLE', one.table, null, one.type, one.key, one.key, null, ref, count, 100, extra];
  });
  const nothing: Value[] = [
    1n,
    'SIMPLE',
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    'No tables used',
  ];
  return { columns: columnNames, rows: rows.length ? rows : [nothing] };
};
