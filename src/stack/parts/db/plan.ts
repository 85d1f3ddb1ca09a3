/** What a statement turns out to be: the translator's result, the session's work. */

import type { Edit } from './alter.ts';
import type { Bind, Piece } from './emitter.ts';
import type { TableModel } from './model.ts';
import type { ReplicaOrder } from './replication/order-syntax.ts';
import type { LockedTables } from './table-locks.ts';

/** A statement for SQLite, and the way back to the client's words for its error messages. */
export interface Statement {
  sql: string;
  binds: readonly Bind[];
  source: { text: string; pieces: readonly Piece[] };
}

/** What a statement reads: one table with itself ten times is ten references to one table. */
export interface Reads {
  tables: readonly string[];
  references: number;
}

/** How the values of a result column are typed when they do not come straight from a table. */
export type TypeHint = string | undefined;

export interface SelectPlan {
  kind: 'select';
  statement: Statement;
  /** By position, as far as it is known; a declared type such as `datetime` or `decimal(10, 2)`. */
  hints: readonly TypeHint[];
  /** Position of a `*`, behind which hints count from the end. */
  star: number | undefined;
  locking: boolean;
  information: readonly string[];
  reads: Reads;
  /** Reads no table, so it needs no transaction. */
  free: boolean;
}

export interface WritePlan {
  kind: 'write';
  verb: 'INSERT' | 'REPLACE' | 'UPDATE' | 'DELETE';
  table: TableModel;
  statement: Statement;
  information: readonly string[];
  reads: Reads;
  /** The values of each row of an INSERT, as far as they are plain, by column; for error messages. */
  rows: readonly ReadonlyMap<string, Bind>[];
  /** Whether AUTO_INCREMENT gives the rows their numbers. */
  generates: boolean;
}

export type SchemaChange =
  | { kind: 'create'; table: TableModel; ifNotExists: boolean }
  | { kind: 'copy'; name: string; like: string; ifNotExists: boolean }
  | { kind: 'drop'; names: string[]; ifExists: boolean }
  | { kind: 'alter'; name: string; edits: Edit[] }
  | { kind: 'rename'; pairs: { from: string; to: string }[] }
  | { kind: 'truncate'; name: string };

export type ShowWhat =
  | 'databases'
  | 'tables'
  | 'columns'
  | 'create table'
  | 'create database'
  | 'index'
  | 'processlist'
  | 'status'
  | 'variables'
  | 'warnings'
  | 'errors'
  | 'engines'
  | 'grants'
  | 'table status'
  | 'collation'
  | 'character set'
  | 'plugins'
  | 'privileges'
  | 'triggers'
  | 'routines'
  | 'count warnings'
  | 'count errors'
  | 'open tables'
  | 'replica status'
  | 'binlog status'
  | 'binlog events'
  | 'binary logs'
  | 'events'
  | 'explain';

export interface ShowPlan {
  kind: 'show';
  what: ShowWhat;
  full: boolean;
  table: string | undefined;
  like: string | undefined;
  /** Condition over the columns of the answer. */
  where: Statement | undefined;
  /** What EXPLAIN is about. */
  explained?: SelectPlan | WritePlan;
}

export interface Assignment {
  target: 'user' | 'session' | 'global';
  name: string;
  value: Statement;
}

export type Maintenance = 'analyze' | 'check' | 'optimize' | 'repair';

export type Plan = (
  | SelectPlan
  | WritePlan
  | ShowPlan
  | { kind: 'schema'; change: SchemaChange; text: string }
  | { kind: 'set'; assignments: Assignment[] }
  | { kind: 'use'; database: string }
  | { kind: 'begin' | 'commit' | 'rollback' }
  | { kind: 'lock tables'; tables: LockedTables }
  | { kind: 'unlock tables' }
  | { kind: 'savepoint' | 'rollback to' | 'release'; name: string }
  | { kind: 'do'; statement: Statement }
  | { kind: 'kill'; connection: number }
  | { kind: 'replica'; order: ReplicaOrder }
  | { kind: 'maintain'; verb: Maintenance; tables: readonly { table: string; exists: boolean }[] }
  | { kind: 'prepare'; name: string; text: string | { variable: string } }
  | { kind: 'execute'; name: string; using: readonly string[] }
  | { kind: 'deallocate'; name: string }
  | { kind: 'nothing'; affected?: number }
) & { params: number };
