import type { Format } from './directive.ts';

const hex = (char: string): string =>
  `\\x${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;

const json = (char: string): string =>
  ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' })[char] ??
  `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

/** How log_format writes values, by its `escape=`. */
export const escapings: Record<string, Format['write']> = {
  default: value =>
    value === undefined ? '-' : /["\\\x00-\x1f\x7f-\uffff]/.test(value) ? bytes(value) : value,
  json: value => (value === undefined ? '' : value.replace(/["\\\x00-\x1f]/g, json)),
  none: value => value ?? '',
};

const bytes = (value: string): string =>
  Buffer.from(value, 'utf8')
    .toString('latin1')
    .replace(/["\\\x00-\x1f\x7f-\xff]/g, hex);
