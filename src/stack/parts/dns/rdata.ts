import { isIPv4, isIPv6 } from 'node:net';
import type { ZoneRecord } from './record.ts';
import { shown, type Token } from './zone-lexer.ts';

export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SOA', 'TXT'] as const;
export type ZoneType = (typeof recordTypes)[number];

/** Ends the parse with a problem of the current line. */
export type Fail = (problem: string) => never;

type TypedData = ZoneRecord extends infer R
  ? R extends ZoneRecord
    ? Pick<R, 'type' | 'data'>
    : never
  : never;

/** The data of a record of the given type. */
export const parseData = (
  type: ZoneType,
  tokens: readonly Token[],
  origin: string,
  fail: Fail,
): TypedData => {
  const words = tokens.map(({ text }) => text);
  const [first = '', second = ''] = words;
  const takes = (count: number, what: string) => {
    if (words.length !== count) fail(`${type} takes ${what}, but ${got(words)}`);
  };
  switch (type) {
    case 'A':
      takes(1, 'one IPv4 address');
      if (!isIPv4(first))
        fail(
          `"${shown(first)}" is no IPv4 address such as 8.8.8.8${isIPv6(first) ? '; IPv6 is for AAAA' : ''}`,
        );
      return { type, data: first };
    case 'AAAA':
      takes(1, 'one IPv6 address');
      if (!isIPv6(first) || first.includes('%'))
        fail(
          `"${shown(first)}" is no IPv6 address such as 2001:db8::1${isIPv4(first) ? '; IPv4 is for A' : ''}`,
        );
      return { type, data: first.toLowerCase() };
    case 'CNAME':
    case 'NS':
      takes(1, 'one name');
      if (isIPv4(first))
        fail(`${type} takes a name, but ${first} is an address; addresses are for A records`);
      return { type, data: parseName(first, origin, fail) };
    case 'MX':
      takes(2, 'a preference and a name, such as "10 mail"');
      return {
        type,
        data: { preference: integer(first, 0xffff, fail), exchange: parseName(second, origin, fail) },
      };
    case 'TXT':
      return { type, data: texts(words, fail) };
    case 'SOA': {
      takes(7, 'two names and five numbers (serial, refresh, retry, expire, minimum)');
      const seconds = words.slice(3).map(word => parseTtl(word) ?? fail(`"${shown(word)}" is no time`));
      const [refresh = 0, retry = 0, expire = 0, minimum = 0] = seconds;
      const mname = parseName(first, origin, fail);
      const rname = parseName(second, origin, fail);
      const serial = integer(words[2] ?? '', 0xffffffff, fail);
      return { type, data: { mname, rname, serial, refresh, retry, expire, minimum } };
    }
  }
};

const got = (words: readonly string[]): string =>
  words.length === 0 ? 'nothing follows' : `"${shown(words.join(' '))}" follows`;

const integer = (text: string, max: number, fail: Fail): number =>
  /^\d{1,10}$/.test(text) && Number(text) <= max
    ? Number(text)
    : fail(`"${shown(text)}" is no whole number from 0 to ${max}`);

const texts = (words: readonly string[], fail: Fail): Buffer[] => {
  if (words.length === 0) fail('TXT takes at least one text in quotes');
  const data = words.map(word => Buffer.from(word, 'latin1'));
  if (data.some(({ length }) => length > 255))
    fail('a text of a TXT record holds up to 255 bytes; write a longer one as several: "first" "second"');
  // Room for the rest of the message, which holds 65535 bytes at most.
  if (data.reduce((sum, { length }) => sum + length + 1, 0) > 60_000)
    fail('the texts are longer than 60000 bytes');
  return data;
};

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of `300`, `5m` or `1h30m`; undefined when it is no TTL (RFC 2181: at most 2^31 - 1). */
export const parseTtl = (text: string): number | undefined => {
  if (!/^(\d{1,10}|(\d{1,10}[smhdw])+)$/i.test(text)) return undefined;
  const seconds = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 1),
    0,
  );
  return seconds < 2 ** 31 ? seconds : undefined;
};

/** The absolute form, in lower case and without the final dot, of `@`, `www` or `www.foobar.com.`. */
export const parseName = (text: string, origin: string, fail: Fail): string => {
  if (text === '@') return origin;
  if (text === '.') return fail('the root "." cannot stand here');
  const name = (text.endsWith('.') ? text.slice(0, -1) : origin ? `${text}.${origin}` : text).toLowerCase();
  for (const label of name.split('.')) {
    if (label === '') fail(`"${shown(text)}" is no name: there is nothing between two dots`);
    if (label.length > 63) fail(`"${shown(label)}" is too long: 63 characters between two dots are the most`);
    if (!/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?|\*)$/.test(label)) {
      const hint = /[^ -~]/.test(label) ? '; other letters are written in their "xn--" form' : '';
      fail(`"${shown(text)}" is no name: it takes letters, digits and "-" between dots${hint}`);
    }
  }
  if (name.length > 253) fail(`"${shown(text)}" is too long: a name has at most 253 characters`);
  return name;
};
