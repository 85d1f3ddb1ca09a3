/** MySQL's functions: what SQLite calls the same, what it calls otherwise, and what it has to be taught. */

import { createHash, randomUUID } from 'node:crypto';
import {
  dateDifference,
  formatDate,
  localDateTime,
  moveZone,
  parseDate,
  part,
  shiftDate,
  two,
  utcDateTime,
} from './dates.ts';
import { MysqlError } from './errors.ts';
import { aliases, inner, native, prefix } from './function-names.ts';
import { matches, type PatternBudget } from './regexp.ts';
import { type Argument, num, str } from './scalars.ts';
import { numberValue, type Value } from './values.ts';

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
  /** Counts the characters that functions have made for the statement. Throws 1301 when they are too many. */
  produced(length: number): void;
  patternBudget(): PatternBudget;
  /** What `make` returns; or what it returned when the statement ran first, if it is being repeated. */
  drawn(make: () => Value): Value;
  /** One of the assignments of a row, and whether it changes anything. */
  markAssigned(assignments: number, changes: boolean): void;
}

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
/** With at least one argument. */
const some = (name: string, run: Implementation): Taught =>
  strict((...args) => {
    if (args.length === 0) throw parameterCount(name);
    return run(...args);
  });

/** Functions that SQLite does not have, or has with another meaning. */
const taught = (context: FunctionContext): Record<string, Taught> => ({
  concat: some('concat', (...args) => limited(args.map(str).join(''))),
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
  // SQLite's own would make up to a gigabyte in one place before anybody could count it.
  replace: strict((text, from, to) => {
    const [whole, old, put] = [str(text ?? ''), str(from ?? ''), str(to ?? '')];
    if (old === '') return whole;
    const parts = whole.split(old);
    const length = whole.length + (parts.length - 1) * (put.length - old.length);
    return length > longest ? null : parts.join(put);
  }),
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
  greatest: some('greatest', (...args) => args.reduce((a, b) => (compare(a, b) >= 0 ? a : b))),
  least: some('least', (...args) => args.reduce((a, b) => (compare(a, b) <= 0 ? a : b))),
  isnull: lenient(value => value === null),
  now: lenient(digits => localDateTime(context.now()) + fractionOf(context.now(), digits)),
  convert_tz: strict((value, from, to) => moveZone(value ?? null, str(from ?? ''), str(to ?? ''))),
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
  regexp: strict((pattern, value) => matches(str(pattern ?? ''), str(value ?? ''), context.patternBudget())),
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

const taughtNames: ReadonlySet<string> = new Set(
  Object.keys(taught({} as FunctionContext)).filter(name => !inner.has(name)),
);

/** These may return something else each time, or on another server. NOW() is the same in all of a statement. */
const unsteady = new Set(
  'uuid rand version database user current_user connection_id last_insert_id row_count system_variable user_variable'.split(
    ' ',
  ),
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
  Object.entries(taught(context)).map(([name, { run, nulls }]) => {
    const call = (...args: Argument[]): Value => {
      if (!nulls && args.some(arg => arg === null)) return null;
      const result = run(...args);
      if (typeof result === 'string') context.produced(result.length);
      if (typeof result === 'boolean') return result ? 1n : 0n;
      return typeof result === 'number' ? numberValue(result) : (result ?? null);
    };
    return [
      name === 'regexp' ? name : prefix + name,
      unsteady.has(name) ? (...args) => context.drawn(() => call(...args)) : call,
    ];
  });
