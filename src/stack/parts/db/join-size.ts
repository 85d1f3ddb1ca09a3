/** How many rows a statement has to look at, before it runs: nothing can stop SQLite once it has begun. */

import { MysqlError } from './errors.ts';
import type { Statement } from './plan.ts';
import type { Sqlite } from './sqlite.ts';
import type { Value } from './values.ts';

/** One line of EXPLAIN QUERY PLAN, and what stands below it. */
interface Step {
  detail: string;
  steps: Step[];
}

const treeOf = (rows: readonly (readonly Value[])[]): Step[] => {
  const root: Step = { detail: '', steps: [] };
  const known = new Map<string, Step>();
  for (const [id, parent, , detail] of rows) {
    const step = { detail: String(detail), steps: [] };
    known.set(String(id), step);
    (known.get(String(parent)) ?? root).steps.push(step);
  }
  return root.steps;
};

const trees = new WeakMap<Statement, Step[]>();

const planOf = (db: Sqlite, statement: Statement): Step[] => {
  const known = trees.get(statement);
  if (known) return known;
  const tree = treeOf(db.rows(`EXPLAIN QUERY PLAN ${statement.sql}`));
  trees.set(statement, tree);
  return tree;
};

interface Size {
  /** What comes out. */
  rows: number;
  /** What is looked at. */
  looks: number;
}

/** Loops stand beside each other, one inside the other; `most` is what each can go through. */
const sizeOf = (steps: readonly Step[], most: number): Size => {
  const made = new Map<string, number>();
  let rows = 1;
  let looks = 0;
  for (const { detail, steps: inner } of steps) {
    const [, scanned, constants] = /^SCAN ((?:(\d+) )?CONSTANT ROWS?|.*)/.exec(detail) ?? [];
    if (/CONSTANT ROWS?$/.test(scanned ?? '')) rows *= Number(constants ?? 1);
    // The plan tells aliases, not tables.
    else if (scanned) rows *= made.get(scanned) ?? most;
    if (inner.length === 0) continue;
    const inTurn = /^(?:COMPOUND|MERGE|MULTI-INDEX)/.test(detail);
    const size = inTurn ? sumOf(inner, most) : sizeOf(inner, most);
    looks += size.looks * (detail.startsWith('CORRELATED') ? rows : 1);
    const [, name] = /^(?:MATERIALIZE|CO-ROUTINE) (.*)/.exec(detail) ?? [];
    if (name) made.set(name, size.rows);
    else if (inTurn) rows *= size.rows;
  }
  return { rows, looks: looks + rows };
};

/** The parts of a UNION come one after the other. */
const sumOf = (steps: readonly Step[], most: number): Size => {
  const sizes = steps.map(({ steps: inner }) => sizeOf(inner, most));
  return {
    rows: sizes.reduce((sum, { rows }) => sum + rows, 0),
    looks: sizes.reduce((sum, { looks }) => sum + looks, 0),
  };
};

/**
 * Throws 1104 for a statement that would look at more than `limit` combinations of rows, of tables with up to
 * `most` rows.
 */
export const checkJoinSize = (db: Sqlite, statement: Statement, limit: number, most: number): void => {
  if (sizeOf(planOf(db, statement), most).looks > limit)
    throw new MysqlError(
      1104,
      'The SELECT would examine more than MAX_JOIN_SIZE rows; check your WHERE and use SET SQL_BIG_SELECTS=1 ' +
        'or SET MAX_JOIN_SIZE=# if the SELECT is okay',
    );
};
