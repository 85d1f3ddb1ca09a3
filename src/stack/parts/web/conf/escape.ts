import type { Format } from './directive.ts';

const hex = (char: string): string =>
  `\\x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;

const json = (char: string): string =>
  ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' })[char] ??
  `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Asked first, because nearly every value is fine as it is. */
const special = /["\\\x00-\x1f\x7f-\uffff]/;

const bytes = (value: string): string =>
  Buffer.from(value, 'utf8')
    .toString('latin1')
    .replace(/["\\\x00-\x1f\x7f-\xff]/g, hex);

/** How log_format writes values, by its `escape=`; undefined stands for a variable that has none. */
export const escapings: Record<string, Format['write']> = {
  default: (value = '-') => (special.test(value) ? bytes(value) : value),
  json: (value = '') => (value && special.test(value) ? value.replace(/["\\\x00-\x1f]/g, json) : value),
  none: (value = '') => value,
};
