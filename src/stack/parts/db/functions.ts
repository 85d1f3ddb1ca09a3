/** MySQL's functions: what SQLite calls the same, what it calls otherwise, and what it has to be taught. */

import { createHash, randomUUID } from 'node:crypto';
import { MysqlError } from './errors.ts';
import { numberValue, type Value } from './values.ts';

export type Argument = null | number | bigint | string | Uint8Array;

/** What functions can ask about the connection they run on. */
export interface FunctionContext {
  /** Start of the statement: NOW() is the same in all of it. */
  now(): Date;
  user(): string;
  account(): string;
  database(): string | null;
  version: string;
  connection: number;
  lastInsertId(next?: bigint): bigint;
  rowCount(): number;
  systemVariable(name: string): Value;
  userVariable(name: string): Value;
  sleep(seconds: number): void;
  /** One of the assignments of a row, and whether it changes anything. */
  markAssigned(assignments: number, changes: boolean): void;
}

/** MySQL's name to SQLite's, where SQLite's own function does the same. */
const native: Record<string, string> = {
  COUNT: 'count',
  SUM: 'sum',
  AVG: 'avg',
  MIN: 'min',
  MAX: 'max',
  ABS: 'abs',
  ROUND: 'round',
  COALESCE: 'coalesce',
  IFNULL: 'ifnull',
  NULLIF: 'nullif',
  IF: 'iif',
  REPLACE: 'replace',
  TRIM: 'trim',
  LTRIM: 'ltrim',
  RTRIM: 'rtrim',
  INSTR: 'instr',
  SUBSTR: 'substr',
  SUBSTRING: 'substr',
  MID: 'substr',
  LENGTH: 'octet_length',
  OCTET_LENGTH: 'octet_length',
  CHAR_LENGTH: 'length',
  CHARACTER_LENGTH: 'length',
  GROUP_CONCAT: 'group_concat',
  SIGN: 'sign',
  JSON_EXTRACT: 'json_extract',
  JSON_OBJECT: 'json_object',
  JSON_ARRAY: 'json_array',
  JSON_VALID: 'json_valid',
  ROW_NUMBER: 'row_number',
  RANK: 'rank',
  DENSE_RANK: 'dense_rank',
  LAG: 'lag',
  LEAD: 'lead',
  FIRST_VALUE: 'first_value',
  LAST_VALUE: 'last_value',
  NTILE: 'ntile',
};

const two = (n: number, width = 2): string => String(n).padStart(width, '0');

/** `YYYY-MM-DD HH:MM:SS` in local time, as MySQL's time_zone SYSTEM. */
export const localDateTime = (at: Date): string =>
  `${two(at.getFullYear(), 4)}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` +
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

const utcDateTime = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ');

const parseDate = (value: Argument): Date | undefined => {
  const text = String(value);
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?)?/.exec(text);
  if (!match) return undefined;
  const [y, mo, d, h, mi, s, ms] = match.slice(1).map(part => Number(part ?? 0));
  return new Date(y ?? 0, (mo ?? 1) - 1, d ?? 1, h ?? 0, mi ?? 0, s ?? 0, ms ?? 0);
};

const str = (value: Argument): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);

const num = (value: Argument): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return Number.parseFloat(str(value)) || 0;
};

export const dateUnits = [
  'MICROSECOND',
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
] as const;

const shiftDate = (value: Argument, amount: Argument, unit: Argument): string | null => {
  const date = parseDate(value);
  if (!date) return null;
  const n = Math.round(num(amount));
  const name = String(unit);
  const seconds = { SECOND: 1, MINUTE: 60, HOUR: 3600 }[name];
  if (seconds) date.setTime(date.getTime() + num(amount) * seconds * 1000);
  else if (name === 'DAY' || name === 'WEEK') date.setDate(date.getDate() + n * (name === 'WEEK' ? 7 : 1));
  else if (name !== 'MICROSECOND') {
    const months = n * ({ MONTH: 1, QUARTER: 3, YEAR: 12 }[name] ?? 0);
    const day = date.getDate();
    date.setDate(1);
    date.setMonth(date.getMonth() + months);
    date.setDate(Math.min(day, new Date(date.getFullYear(), date.getMonth() + 1, 0).getDate()));
  }
  const whole = localDateTime(date);
  return str(value).length <= 10 && !seconds ? whole.slice(0, 10) : whole;
};

const unitSeconds: Record<string, number> = { SECOND: 1, MINUTE: 60, HOUR: 3600, DAY: 86400, WEEK: 604800 };

const dateDifference = (unit: Argument, from: Argument, to: Argument): number | null => {
  const [a, b] = [parseDate(from), parseDate(to)];
  if (!a || !b) return null;
  const name = String(unit);
  const seconds = unitSeconds[name];
  if (seconds) return Math.trunc((b.getTime() - a.getTime()) / 1000 / seconds);
  const months = (b.getFullYear() - a.getFullYear()) * 12 + b.getMonth() - a.getMonth();
  return Math.trunc(months / ({ QUARTER: 3, YEAR: 12 }[name] ?? 1));
};

const names = {
  months: 'January February March April May June July August September October November December'.split(' '),
  days: 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' '),
};

const dateParts: Record<string, (date: Date) => string | number> = {
  Y: date => two(date.getFullYear(), 4),
  y: date => two(date.getFullYear() % 100),
  m: date => two(date.getMonth() + 1),
  c: date => date.getMonth() + 1,
  d: date => two(date.getDate()),
  e: date => date.getDate(),
  H: date => two(date.getHours()),
  k: date => date.getHours(),
  h: date => two(date.getHours() % 12 || 12),
  i: date => two(date.getMinutes()),
  s: date => two(date.getSeconds()),
  S: date => two(date.getSeconds()),
  f: date => two(date.getMilliseconds() * 1000, 6),
  p: date => (date.getHours() < 12 ? 'AM' : 'PM'),
  M: date => names.months[date.getMonth()] ?? '',
  b: date => (names.months[date.getMonth()] ?? '').slice(0, 3),
  W: date => names.days[date.getDay()] ?? '',
  a: date => (names.days[date.getDay()] ?? '').slice(0, 3),
  w: date => date.getDay(),
  T: date => localDateTime(date).slice(11),
  '%': () => '%',
};

const formatDate = (value: Argument, format: Argument): string | null => {
  const date = parseDate(value);
  if (!date) return null;
  return str(format).replace(/%(.)/g, (_, letter: string) => String(dateParts[letter]?.(date) ?? letter));
};

const part = (read: (date: Date) => number) => (value: Argument) => {
  const date = parseDate(value);
  return date ? read(date) : null;
};

const longest = 0xffffff;

const limited = (text: string): string | null => (text.length > longest ? null : text);

const pad = (side: 'padStart' | 'padEnd') => (text: Argument, length: Argument, fill: Argument) => {
  const width = num(length);
  if (width < 0 || width > longest) return null;
  return str(text).slice(0, width)[side](width, str(fill));
};

const digest = (algorithm: string, value: Argument): string =>
  createHash(algorithm)
    .update(value instanceof Uint8Array ? value : String(value))
    .digest('hex');

type Implementation = (...args: Argument[]) => Argument | boolean | undefined;

interface Taught {
  run: Implementation;
  /** NULL in, NULL out; most functions of SQL do so. */
  nulls?: boolean;
}

const parameterCount = (name: string): MysqlError =>
  new MysqlError(1582, `Incorrect parameter count in the call to native function '${name}'`);

const strict = (run: Implementation): Taught => ({ run });
const lenient = (run: Implementation): Taught => ({ run, nulls: true });

/** Functions that SQLite does not have, or has with another meaning. */
const taught = (context: FunctionContext): Record<string, Taught> => ({
  concat: strict((...args) => {
    if (args.length === 0) throw parameterCount('concat');
    return limited(args.map(str).join(''));
  }),
  concat_ws: lenient((separator, ...args) =>
    separator === null
      ? null
      : limited(
          args
            .filter(a => a !== null)
            .map(str)
            .join(str(separator ?? '')),
        ),
  ),
  lower: strict(text => str(text ?? '').toLowerCase()),
  upper: strict(text => str(text ?? '').toUpperCase()),
  left: strict((text, n) => [...str(text ?? '')].slice(0, Math.max(0, num(n ?? 0))).join('')),
  right: strict((text, n) => (num(n ?? 0) > 0 ? [...str(text ?? '')].slice(-num(n ?? 0)).join('') : '')),
  repeat: strict((text, n) => {
    const count = Math.max(0, num(n ?? 0));
    return str(text ?? '').length * count > longest ? null : str(text ?? '').repeat(count);
  }),
  reverse: strict(text => [...str(text ?? '')].reverse().join('')),
  space: strict(n => (num(n ?? 0) > longest ? null : ' '.repeat(Math.max(0, num(n ?? 0))))),
  lpad: strict(pad('padStart') as Implementation),
  rpad: strict(pad('padEnd') as Implementation),
  locate: strict((needle, text, from) => {
    const start = from === undefined ? 0 : num(from) - 1;
    return start < 0
      ? 0
      : str(text ?? '')
          .toLowerCase()
          .indexOf(str(needle ?? '').toLowerCase(), start) + 1;
  }),
  strcmp: strict((a, b) => {
    const order = str(a ?? '')
      .toLowerCase()
      .localeCompare(str(b ?? '').toLowerCase());
    return Math.sign(order);
  }),
  field: lenient((text, ...list) =>
    text === null ? 0 : list.findIndex(item => item !== null && str(item) === str(text ?? '')) + 1,
  ),
  elt: lenient((n, ...list) => (n === null ? null : (list[num(n ?? 0) - 1] ?? null))),
  ascii: strict(text => Buffer.from(str(text ?? ''))[0] ?? 0),
  md5: strict(text => digest('md5', text ?? '')),
  sha1: strict(text => digest('sha1', text ?? '')),
  sha2: strict((text, bits) => {
    const size = num(bits ?? 0) || 256;
    return [224, 256, 384, 512].includes(size) ? digest(`sha${size}`, text ?? '') : null;
  }),
  hex: strict(value => {
    if (typeof value === 'number' || typeof value === 'bigint')
      return BigInt(Math.round(num(value)))
        .toString(16)
        .toUpperCase();
    return Buffer.from((value ?? '') as string)
      .toString('hex')
      .toUpperCase();
  }),
  unhex: strict(text =>
    /^(?:[0-9a-f]{2})*$/i.test(str(text ?? '')) ? Buffer.from(str(text ?? ''), 'hex') : null,
  ),
  uuid: lenient(() => randomUUID()),
  rand: lenient(seed => {
    if (seed === undefined || seed === null) return Math.random();
    const x = Math.sin(num(seed) + 1) * 10000;
    return x - Math.floor(x);
  }),
  floor: strict(x => Math.floor(num(x ?? 0))),
  ceil: strict(x => Math.ceil(num(x ?? 0))),
  truncate: strict((x, digits) => {
    const scale = 10 ** num(digits ?? 0);
    return Math.trunc(num(x ?? 0) * scale) / scale;
  }),
  mod: strict((a, b) => (num(b ?? 0) === 0 ? null : num(a ?? 0) % num(b ?? 0))),
  pow: strict((a, b) => num(a ?? 0) ** num(b ?? 0)),
  sqrt: strict(x => (num(x ?? 0) < 0 ? null : Math.sqrt(num(x ?? 0)))),
  greatest: strict((...args) => args.reduce((a, b) => (compare(a, b) >= 0 ? a : b))),
  least: strict((...args) => args.reduce((a, b) => (compare(a, b) <= 0 ? a : b))),
  isnull: lenient(value => value === null),
  now: lenient(digits => localDateTime(context.now()) + fractionOf(context.now(), digits)),
  utc_timestamp: lenient(() => utcDateTime(context.now())),
  curdate: lenient(() => localDateTime(context.now()).slice(0, 10)),
  curtime: lenient(() => localDateTime(context.now()).slice(11)),
  unix_timestamp: strict(value => {
    const date = value === undefined ? context.now() : parseDate(value);
    return date ? Math.floor(date.getTime() / 1000) : null;
  }),
  from_unixtime: strict(value => localDateTime(new Date(num(value ?? 0) * 1000))),
  date_shift: strict((value, amount, unit) => shiftDate(value ?? null, amount ?? null, unit ?? null)),
  timestampdiff: strict((unit, a, b) => dateDifference(unit ?? null, a ?? null, b ?? null)),
  datediff: strict((a, b) => {
    const [x, y] = [parseDate(a ?? null), parseDate(b ?? null)];
    return x && y ? Math.round((x.setHours(0, 0, 0, 0) - y.setHours(0, 0, 0, 0)) / 86_400_000) : null;
  }),
  date_format: strict((value, format) => formatDate(value ?? null, format ?? '')),
  date: strict(value => (parseDate(value ?? null) ? str(value ?? '').slice(0, 10) : null)),
  time: strict(value => (parseDate(value ?? null) ? str(value ?? '').slice(11, 19) || '00:00:00' : null)),
  year: strict(part(date => date.getFullYear()) as Implementation),
  month: strict(part(date => date.getMonth() + 1) as Implementation),
  day: strict(part(date => date.getDate()) as Implementation),
  hour: strict(part(date => date.getHours()) as Implementation),
  minute: strict(part(date => date.getMinutes()) as Implementation),
  second: strict(part(date => date.getSeconds()) as Implementation),
  dayofweek: strict(part(date => date.getDay() + 1) as Implementation),
  version: lenient(() => context.version),
  database: lenient(() => context.database()),
  user: lenient(() => context.user()),
  current_user: lenient(() => context.account()),
  connection_id: lenient(() => context.connection),
  last_insert_id: lenient(next =>
    context.lastInsertId(next == null ? undefined : BigInt(Math.trunc(num(next)))),
  ),
  row_count: lenient(() => context.rowCount()),
  system_variable: lenient(name => context.systemVariable(str(name ?? ''))),
  user_variable: lenient(name => context.userVariable(str(name ?? ''))),
  sleep: lenient(seconds => {
    context.sleep(Math.max(0, num(seconds ?? 0)));
    return 0;
  }),
  assign: lenient((count, before, after) => {
    context.markAssigned(Number(count), !sameValue(before ?? null, after ?? null));
    return after ?? null;
  }),
  whole: lenient(value => (typeof value === 'number' ? Math.round(value) : (value ?? null))),
  regexp: strict((pattern, value) => {
    try {
      return new RegExp(str(pattern ?? ''), 'iu').test(str(value ?? ''));
    } catch {
      return false;
    }
  }),
});

/** Before the column's type is applied to the new value, '5' and 5 are the same. */
const sameValue = (a: Argument, b: Argument): boolean => {
  if (a === null || b === null) return a === b;
  return str(a) === str(b);
};

const compare = (a: Argument, b: Argument): number => {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return num(a) - num(b);
};

const fractionOf = (at: Date, digits: Argument | undefined): string =>
  digits ? `.${two(at.getMilliseconds() * 1000, 6).slice(0, num(digits))}` : '';

/** Other names of taught functions. */
const aliases: Record<string, string> = {
  LCASE: 'lower',
  UCASE: 'upper',
  CEILING: 'ceil',
  POWER: 'pow',
  SHA: 'sha1',
  CURRENT_TIMESTAMP: 'now',
  LOCALTIME: 'now',
  LOCALTIMESTAMP: 'now',
  SYSDATE: 'now',
  CURRENT_DATE: 'curdate',
  CURRENT_TIME: 'curtime',
  DATE_ADD: 'date_shift',
  DATE_SUB: 'date_shift',
  ADDDATE: 'date_shift',
  SUBDATE: 'date_shift',
  DAYOFMONTH: 'day',
  SCHEMA: 'database',
  SESSION_USER: 'user',
  SYSTEM_USER: 'user',
};

/** Words that call a function without parentheses. */
export const bareFunctions: ReadonlySet<string> = new Set(
  'CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_TIMESTAMP'.split(
    ' ',
  ),
);

/** Taught functions that clients cannot call by that name. */
const inner = new Set([
  'date_shift',
  'system_variable',
  'user_variable',
  'mark_updated',
  'assign',
  'whole',
  'regexp',
]);

const prefix = 'my_';

const taughtNames: ReadonlySet<string> = new Set(
  Object.keys(taught({} as FunctionContext)).filter(name => !inner.has(name)),
);

/** SQLite's function for MySQL's, or nothing when no client may call it. */
export const functionName = (name: string): string | undefined => {
  const upper = name.toUpperCase();
  const own = Object.hasOwn(native, upper) ? native[upper] : undefined;
  if (own) return own;
  const alias = Object.hasOwn(aliases, upper) ? aliases[upper] : undefined;
  if (alias) return prefix + alias;
  return taughtNames.has(name.toLowerCase()) ? prefix + name.toLowerCase() : undefined;
};

/** What the server's own SQL calls: checks and defaults of columns, patterns, SQLite's own ALTER TABLE. */
const ownFunctions =
  'octet_length length typeof julianday json_valid strftime datetime glob like printf substr ' +
  'sqlite_rename_table sqlite_rename_test sqlite_rename_quotefix sqlite_fail';

/** Every function of SQLite that may run at all. */
export const sqliteFunctions: ReadonlySet<string> = new Set([
  ...Object.values(native),
  ...ownFunctions.split(' '),
  ...Object.keys(taught({} as FunctionContext)).map(name => (name === 'regexp' ? name : prefix + name)),
  '->',
  '->>',
]);

/** The functions to register on a connection: name and what it does. */
export const taughtFunctions = (context: FunctionContext): [string, (...args: Argument[]) => Value][] =>
  Object.entries(taught(context)).map(([name, { run, nulls }]) => [
    name === 'regexp' ? name : prefix + name,
    (...args) => {
      if (!nulls && args.some(arg => arg === null)) return null;
      const result = run(...args);
      if (typeof result === 'boolean') return result ? 1n : 0n;
      return typeof result === 'number' ? numberValue(result) : (result ?? null);
    },
  ]);
