/** Values between MySQL's binary protocol and SQLite. */

import { isUtf8 } from 'node:buffer';
import { MysqlError } from './errors.ts';
import type { PacketReader, PacketWriter } from './packets.ts';
import { fieldType } from './protocol.ts';

/** What SQLite stores and returns; integers are always bigints here, so that they differ from doubles. */
export type Value = null | bigint | number | string | Uint8Array;

const two = (n: number): string => String(n).padStart(2, '0');

const fraction = (micros: number): string =>
  micros ? `.${String(micros).padStart(6, '0').replace(/0+$/, '')}` : '';

/** Bytes that are UTF-8 are text: a client's parameter does not say which of the two it means. */
export const textOrBytes = (bytes: Uint8Array): string | Uint8Array =>
  isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : bytes.slice();

/** A whole double is bound as an integer, because SQLite would write 5.0 where MySQL writes 5. */
export const numberValue = (value: number): number | bigint =>
  Number.isSafeInteger(value) ? BigInt(value) : value;

const readDateTime = (input: PacketReader): string => {
  const length = input.uint(1);
  if (![0, 4, 7, 11].includes(length)) throw new MysqlError(1835, 'Malformed communication packet.');
  const year = length ? input.uint(2) : 0;
  const date = `${String(year).padStart(4, '0')}-${two(length ? input.uint(1) : 0)}-${two(length ? input.uint(1) : 0)}`;
  const time = length > 4 ? [input.uint(1), input.uint(1), input.uint(1)] : [0, 0, 0];
  return `${date} ${time.map(two).join(':')}${fraction(length > 7 ? input.uint(4) : 0)}`;
};

const readTime = (input: PacketReader): string => {
  const length = input.uint(1);
  if (![0, 8, 12].includes(length)) throw new MysqlError(1835, 'Malformed communication packet.');
  if (length === 0) return '00:00:00';
  const sign = input.uint(1) ? '-' : '';
  const hours = input.uint(4) * 24 + input.uint(1);
  const rest = `${two(input.uint(1))}:${two(input.uint(1))}`;
  return `${sign}${two(hours)}:${rest}${fraction(length > 8 ? input.uint(4) : 0)}`;
};

/** One parameter of COM_STMT_EXECUTE. Throws 1835 for a type that no parameter can have. */
export const readParameter = (input: PacketReader, type: number, unsigned: boolean): Value => {
  switch (type) {
    case fieldType.null:
      return null;
    case fieldType.tiny:
      return BigInt(unsigned ? input.uint(1) : input.int(1));
    case fieldType.short:
    case fieldType.year:
      return BigInt(unsigned ? input.uint(2) : input.int(2));
    case fieldType.long:
    case fieldType.int24:
      return BigInt(unsigned ? input.uint(4) : input.int(4));
    case fieldType.longlong:
      return unsigned ? BigInt.asIntN(64, input.bigUint64()) : input.bigInt64();
    case fieldType.float:
      return numberValue(input.float());
    case fieldType.double:
      return numberValue(input.double());
    case fieldType.date:
      return readDateTime(input).slice(0, 10);
    case fieldType.datetime:
    case fieldType.timestamp:
      return readDateTime(input);
    case fieldType.time:
      return readTime(input);
    case 0: // DECIMAL
    case fieldType.newDecimal:
    case fieldType.varchar:
    case fieldType.varString:
    case fieldType.string:
    case fieldType.json:
    case 249: // TINYBLOB to BLOB
    case 250:
    case 251:
    case fieldType.blob:
      return textOrBytes(input.lenencBytes());
    default:
      throw new MysqlError(1835, 'Malformed communication packet.');
  }
};

const dateTimePattern = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?/;

/** A date as MySQL writes it, with so many digits after the second; text that is none stays as it is. */
export const dateTimeText = (text: string, digits: number): string => {
  const match = dateTimePattern.exec(text);
  if (!match) return text;
  const [, year, month, day, hour = '00', minute = '00', second = '00', rest = ''] = match;
  const tail = digits ? `.${rest.padEnd(6, '0').slice(0, digits)}` : '';
  return `${year}-${month}-${day} ${hour}:${minute}:${second}${tail}`;
};

export const writeDateTime = (out: PacketWriter, text: string, withTime: boolean): void => {
  const match = dateTimePattern.exec(text);
  if (!match) {
    out.uint(0, 1);
    return;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(n => Number(n ?? 0));
  const micros = Number((match[7] ?? '').padEnd(6, '0'));
  const length = !withTime ? 4 : micros ? 11 : hour || minute || second ? 7 : 4;
  out.uint(length, 1).uint(year, 2).uint(month, 1).uint(day, 1);
  if (length > 4) out.uint(hour, 1).uint(minute, 1).uint(second, 1);
  if (length > 7) out.uint(micros, 4);
};

export const writeTime = (out: PacketWriter, text: string): void => {
  const match = /^(-?)(\d{1,3}):(\d\d):(\d\d)(?:\.(\d{1,6}))?/.exec(text);
  if (!match) {
    out.uint(0, 1);
    return;
  }
  const micros = Number((match[5] ?? '').padEnd(6, '0'));
  const hours = Number(match[2]);
  out.uint(micros ? 12 : 8, 1).uint(match[1] ? 1 : 0, 1);
  out
    .uint(Math.floor(hours / 24), 4)
    .uint(hours % 24, 1)
    .uint(Number(match[3]), 1)
    .uint(Number(match[4]), 1);
  if (micros) out.uint(micros, 4);
};
