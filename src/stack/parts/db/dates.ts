/** MySQL's arithmetic and formats of dates, in local time. */

import { type Argument, num, str } from './scalars.ts';

export const two = (n: number, width = 2): string => String(n).padStart(width, '0');

/** `YYYY-MM-DD HH:MM:SS` in local time, as MySQL's time_zone SYSTEM. */
export const localDateTime = (at: Date): string =>
  `${two(at.getFullYear(), 4)}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` +
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

export const utcDateTime = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ');

export const parseDate = (value: Argument): Date | undefined => {
  const text = String(value);
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?)?/.exec(text);
  if (!match) return undefined;
  const [y, mo, d, h, mi, s, ms] = match.slice(1).map(part => Number(part ?? 0));
  return new Date(y ?? 0, (mo ?? 1) - 1, d ?? 1, h ?? 0, mi ?? 0, s ?? 0, ms ?? 0);
};

/** Minutes east of Greenwich. Zones that have a name are not known, as in MySQL before their tables are filled. */
const zoneOffset = (zone: string, at: Date): number | undefined => {
  if (zone.toUpperCase() === 'SYSTEM') return -at.getTimezoneOffset();
  const [, sign, hours, minutes] = /^([+-])(\d\d?):(\d\d)$/.exec(zone) ?? [];
  return hours === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** CONVERT_TZ */
export const moveZone = (value: Argument, from: string, to: string): string | null => {
  const date = parseDate(value);
  if (!date) return null;
  const [before, after] = [zoneOffset(from, date), zoneOffset(to, date)];
  if (before === undefined || after === undefined) return null;
  date.setMinutes(date.getMinutes() + after - before);
  return localDateTime(date);
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

export const shiftDate = (value: Argument, amount: Argument, unit: Argument): string | null => {
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

export const dateDifference = (unit: Argument, from: Argument, to: Argument): number | null => {
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

const longestFormat = 10_000;

export const formatDate = (value: Argument, format: Argument): string | null => {
  const date = parseDate(value);
  if (!date || str(format).length > longestFormat) return null;
  return str(format).replace(/%(.)/g, (_, letter: string) => String(dateParts[letter]?.(date) ?? letter));
};

/** A number that is read off a date. */
export const part = (read: (date: Date) => number) => (value: Argument) => {
  const date = parseDate(value);
  return date ? read(date) : null;
};
