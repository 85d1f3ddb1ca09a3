/** Replies of the text and the binary protocol: OK, ERR, EOF, column definitions and rows. */

import type { MysqlError } from './errors.ts';
import type { PacketWriter } from './packets.ts';
import { charset, fieldFlag, fieldType } from './protocol.ts';
import { dateTimeText, type Value, writeDateTime, writeTime } from './values.ts';

export interface Column {
  name: string;
  type: number;
  /** Digits after the point, or after the second. */
  decimals: number;
  table?: string;
  originTable?: string;
  originName?: string;
  schema?: string;
  unsigned?: boolean;
  notNull?: boolean;
  length?: number;
}

export interface OkReply {
  affectedRows: number;
  insertId: bigint;
  warnings: number;
  info: string;
}

const isNumber = (type: number): boolean =>
  type === fieldType.longlong || type === fieldType.double || type === fieldType.newDecimal;

const isText = (type: number): boolean =>
  type === fieldType.varString || type === fieldType.json || type === fieldType.null;

const displayLength = (column: Column): number => {
  if (column.length !== undefined) return column.length;
  if (column.type === fieldType.longlong) return 20;
  if (isNumber(column.type)) return 22;
  return isText(column.type) || column.type === fieldType.blob ? 65535 : 26;
};

export const writeOk = (out: PacketWriter, status: number, ok: Partial<OkReply> = {}, header = 0): void => {
  out.uint(header, 1).lenenc(ok.affectedRows ?? 0);
  const id = ok.insertId ?? 0n;
  if (id >= 0n && id < 0xfbn) out.uint(Number(id), 1);
  else out.uint(0xfe, 1).bigInt64(id);
  out.uint(status, 2).uint(Math.min(ok.warnings ?? 0, 0xffff), 2);
  if (ok.info) out.lenencText(ok.info);
  out.end();
};

export const writeError = (out: PacketWriter, error: MysqlError): void => {
  // 0x1ff characters is the longest message that MySQL itself sends; no error text may outgrow a packet.
  out.uint(0xff, 1).uint(error.code, 2).text(`#${error.sqlState}`).text(error.message.slice(0, 511)).end();
};

export const writeEof = (out: PacketWriter, status: number, warnings = 0): void => {
  out.uint(0xfe, 1).uint(Math.min(warnings, 0xffff), 2).uint(status, 2).end();
};

export const writeColumn = (out: PacketWriter, column: Column, withDefault = false): void => {
  const flags =
    (isNumber(column.type) ? fieldFlag.number : 0) |
    (isText(column.type) ? 0 : fieldFlag.binary) |
    (column.unsigned ? fieldFlag.unsigned : 0) |
    (column.notNull ? fieldFlag.notNull : 0);
  out
    .lenencText('def')
    .lenencText(column.schema ?? '')
    .lenencText(column.table ?? '');
  out
    .lenencText(column.originTable ?? '')
    .lenencText(column.name)
    .lenencText(column.originName ?? '');
  out.uint(0x0c, 1).uint(isText(column.type) ? charset.utf8mb4 : charset.binary, 2);
  out.uint(displayLength(column), 4).uint(column.type, 1).uint(flags, 2).uint(column.decimals, 1).zeros(2);
  // COM_FIELD_LIST carries the default value too; NULL says there is none.
  if (withDefault) out.uint(0xfb, 1);
  out.end();
};

const decimalText = (value: Value, digits: number): string =>
  typeof value === 'bigint'
    ? digits
      ? `${value}.${'0'.repeat(digits)}`
      : String(value)
    : typeof value === 'number'
      ? value.toFixed(digits)
      : String(value);

const textOf = (column: Column, value: bigint | number | string): string => {
  if (column.type === fieldType.newDecimal) return decimalText(value, column.decimals);
  if (typeof value !== 'string') return String(value);
  if (column.type === fieldType.datetime) return dateTimeText(value, column.decimals);
  return column.type === fieldType.date ? value.slice(0, 10) : value;
};

const writeTextRow = (out: PacketWriter, columns: readonly Column[], row: readonly Value[]): void => {
  for (const [i, column] of columns.entries()) {
    const value = row[i] ?? null;
    if (value === null) out.uint(0xfb, 1);
    else if (value instanceof Uint8Array) out.lenencBytes(value);
    else out.lenencText(textOf(column, value));
  }
  out.end();
};

const writeBinaryValue = (out: PacketWriter, column: Column, value: Exclude<Value, null>): void => {
  switch (column.type) {
    case fieldType.longlong:
      out.bigInt64(typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value)) || 0));
      return;
    case fieldType.double:
      out.double(Number(value));
      return;
    case fieldType.date:
    case fieldType.datetime:
      writeDateTime(out, textOf(column, String(value)), column.type === fieldType.datetime);
      return;
    case fieldType.time:
      writeTime(out, String(value));
      return;
    default:
      if (value instanceof Uint8Array) out.lenencBytes(value);
      else out.lenencText(textOf(column, value));
  }
};

const writeBinaryRow = (out: PacketWriter, columns: readonly Column[], row: readonly Value[]): void => {
  out.uint(0, 1);
  const nulls = out.mark();
  out.zeros((columns.length + 9) >> 3);
  for (let i = 0; i < columns.length; i++) {
    const value = row[i] ?? null;
    // The first two bits of the map are not used in rows.
    if (value === null) out.setBit(nulls, i + 2);
    else writeBinaryValue(out, columns[i] as Column, value);
  }
  out.end();
};

export const writeRows = (
  out: PacketWriter,
  result: { columns: readonly Column[]; rows: readonly (readonly Value[])[]; warnings: number },
  status: number,
  binary: boolean,
): void => {
  out.lenenc(result.columns.length).end();
  for (const column of result.columns) writeColumn(out, column);
  writeEof(out, status);
  const writeRow = binary ? writeBinaryRow : writeTextRow;
  for (const row of result.rows) writeRow(out, result.columns, row);
  writeEof(out, status, result.warnings);
};
