import { unknownColumn } from './errors.ts';
import { isReservedName, isRowId, quoteName, quoteText } from './guard.ts';
import { columnOf } from './model.ts';
import type { Reads } from './plan.ts';
import type { Scope } from './scope.ts';
import type { Token } from './tokens.ts';
import { textOrBytes, type Value } from './values.ts';

/** A value that is given to SQLite beside the statement: one of the client's parameters, or a literal. */
export type Bind = { param: number } | { value: Value };

/** A bit of the statement for SQLite, and where it comes from. */
export interface Piece {
  sql: string;
  /** Offset in the client's statement. */
  at: number;
  bind?: Bind;
  /** The column or table that it names, and the clause it stands in, for error messages. */
  name?: string;
  clause?: string;
}

/** Collects a statement for SQLite. */
export interface Emitter {
  readonly scope: Scope;
  readonly pieces: Piece[];
  /** Tables that are read. */
  readonly tables: Set<string>;
  /** How often FROM and JOIN name something. */
  references: number;
  /** Tables of information_schema that are read. */
  readonly information: Set<string>;
  /** Names defined by WITH. */
  readonly defined: Set<string>;
  params: number;
  locking: boolean;
  /** Values cannot be bound, because the expression becomes part of the schema. */
  inline: boolean;
  binds: number;
}

export const createEmitter = (scope: Scope, inline = false): Emitter => ({
  scope,
  pieces: [],
  tables: new Set(),
  references: 0,
  information: new Set(),
  defined: new Set(),
  params: 0,
  locking: false,
  inline,
  binds: 0,
});

/** SQLite binds at most 32 766 values; a long INSERT has more, so from here on they are written out. */
const mostBinds = 2000;

export const emit = (out: Emitter, at: number, sql: string): void => {
  out.pieces.push({ sql, at });
};

export const emitParam = (out: Emitter, token: Token): void => {
  out.pieces.push({ sql: '?', at: token.at, bind: { param: out.params++ } });
};

export const emitValue = (out: Emitter, at: number, value: string | Uint8Array | bigint): void => {
  if (!out.inline && out.binds < mostBinds) {
    out.binds++;
    out.pieces.push({ sql: '?', at, bind: { value } });
  } else if (typeof value === 'bigint') emit(out, at, String(value));
  else if (typeof value === 'string') emit(out, at, quoteText(value));
  else emit(out, at, `X'${Buffer.from(value).toString('hex')}'`);
};

export const bytesValue = (token: Token): string | Uint8Array => textOrBytes(Buffer.from(token.value, 'hex'));

/** A column, an alias or a qualifier. */
export const emitName = (out: Emitter, token: Token, clause: string): void => {
  const name = token.kind === 'word' ? token.text : token.value;
  const hidden = isRowId(name) && ![...out.scope.tables.values()].some(table => columnOf(table, name));
  if (hidden || isReservedName(name)) throw unknownColumn(name, clause);
  out.pieces.push({ sql: quoteName(name), at: token.at, name, clause });
};

export const readsOf = ({ tables, references }: Emitter): Reads => ({ tables: [...tables], references });

export const sqlOf = (pieces: readonly Piece[]): string => pieces.map(({ sql }) => sql).join(' ');

export const bindsOf = (pieces: readonly Piece[]): Bind[] => pieces.flatMap(({ bind }) => bind ?? []);
