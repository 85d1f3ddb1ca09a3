/** Values as functions of SQLite get them. */

export type Argument = null | number | bigint | string | Uint8Array;

export const str = (value: Argument): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);

export const num = (value: Argument): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return Number.parseFloat(str(value)) || 0;
};
