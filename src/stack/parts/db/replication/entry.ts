/** What the log says about one transaction, as one line of JSON. */

import type { Value } from '../values.ts';

/** A statement, and everything that makes it do the same again. */
export interface Logged {
  sql: string;
  params: readonly Value[];
  /** What NOW() was, in milliseconds since 1970. */
  now: number;
  /** What AUTO_INCREMENT had given last. */
  lastId?: bigint | undefined;
  /** What functions returned that return something else each time, in the order of their calls. */
  drawn: readonly Value[];
  /** The request that it belongs to. */
  request?: string | undefined;
}

export interface Entry {
  gtid: string;
  /** When it was committed, in milliseconds since 1970. */
  at: number;
  /** Whether it changes the schema; then it is one statement. */
  schema: boolean;
  foreignKeys: boolean;
  statements: readonly Logged[];
}

type Packed = null | number | string | { i: string } | { b: string };

const pack = (value: Value): Packed => {
  if (typeof value === 'bigint') return { i: String(value) };
  return value instanceof Uint8Array ? { b: Buffer.from(value).toString('base64') } : value;
};

const unpack = (packed: Packed): Value => {
  if (packed === null || typeof packed !== 'object') return packed;
  return 'i' in packed ? BigInt(packed.i) : Buffer.from(packed.b, 'base64');
};

interface PackedStatement {
  sql: string;
  now: number;
  params?: Packed[];
  drawn?: Packed[];
  lastId?: string;
  request?: string;
}

interface Line {
  gtid: string;
  at: number;
  schema?: true;
  foreignKeys?: false;
  statements: PackedStatement[];
}

const packStatement = ({ sql, now, params, drawn, lastId, request }: Logged): PackedStatement => ({
  sql,
  now,
  ...(params.length > 0 && { params: params.map(pack) }),
  ...(drawn.length > 0 && { drawn: drawn.map(pack) }),
  ...(lastId !== undefined && { lastId: String(lastId) }),
  ...(request !== undefined && { request }),
});

/** The id comes first in the line: positions are looked for by it. */
export const lineStart = (gtid: string): string => `{"gtid":"${gtid}",`;

export const writeEntry = ({ gtid, at, schema, foreignKeys, statements }: Entry): string => {
  const line: Line = {
    gtid,
    at,
    ...(schema && { schema }),
    ...(!foreignKeys && { foreignKeys }),
    statements: statements.map(packStatement),
  };
  return `${JSON.stringify(line)}\n`;
};

export const readEntry = (text: string): Entry => {
  const { gtid, at, schema = false, foreignKeys = true, statements } = JSON.parse(text) as Line;
  return {
    gtid,
    at,
    schema,
    foreignKeys,
    statements: statements.map(({ params = [], drawn = [], lastId, ...rest }) => ({
      ...rest,
      params: params.map(unpack),
      drawn: drawn.map(unpack),
      ...(lastId !== undefined && { lastId: BigInt(lastId) }),
    })),
  };
};
