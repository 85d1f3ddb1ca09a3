/** The lexical structure of MySQL's SQL (MySQL 8.0 reference manual, chapter 11). */

import { MysqlError } from './errors.ts';

export type TokenKind =
  | 'space'
  | 'comment'
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'bytes'
  | 'param'
  | 'variable'
  | 'operator'
  | 'bad';

export interface Token {
  kind: TokenKind;
  /** As it was written; all texts in a row are the statement again. */
  text: string;
  /** Offset in the statement. */
  at: number;
  /** What it means: a name without its quotes, a string without quotes and escapes, a word in capitals. */
  value: string;
}

/** The server's version as executable comments see it; newer ones stay comments. */
const versionNumber = 80040;

const patterns = {
  space: /[ \t\n\v\f\r]+/y,
  // MySQL wants a white space or control character behind `--`; `2--1` is a subtraction.
  lineComment: /(?:#|--(?=[\s\x00-\x1f]|$))[^\n]*/y,
  word: /[A-Za-z0-9_$\u0080-\uffff]+/y,
  number: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y,
  hex: /0x[0-9a-fA-F]+(?![A-Za-z0-9_$\u0080-\uffff])|[xX]'[0-9a-fA-F]*'/y,
  bits: /0b[01]+(?![A-Za-z0-9_$\u0080-\uffff])|[bB]'[01]*'/y,
  variable: /@@?(?:(?:[A-Za-z0-9_$.\u0080-\uffff])+|`[^`]*`|'[^']*'|"[^"]*")/y,
  operator: /<=>|->>|<<|>>|<=|>=|<>|!=|&&|\|\||:=|->|[-+*/%=<>!~^&|(),.;{}:]/y,
  executable: /\/\*!(\d{5,6})?/y,
} as const;

const match = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

const escapes: Record<string, string> = { '0': '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' };

const withoutEscapes = (body: string, quote: string): string => {
  let out = '';
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as string;
    if (c === '\\' && i + 1 < body.length) {
      const next = body[++i] as string;
      // The backslash stays before the wildcards of LIKE, so that they can be escaped in patterns.
      out += next === '%' || next === '_' ? `\\${next}` : (escapes[next] ?? next);
    } else {
      out += c;
      if (c === quote) i++;
    }
  }
  return out;
};

/** End of the string that begins at `at`, behind its closing quote; -1 when it has none. */
const stringEnd = (text: string, at: number): number => {
  const quote = text[at];
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i];
    if (c === '\\' && quote !== '`') i++;
    else if (c === quote) {
      if (text[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return -1;
};

const quotedValue = (text: string): string => {
  const quote = text[0] as string;
  const body = text.slice(1, -1);
  if (quote === '`') return body.replaceAll('``', '`');
  return body.includes('\\') || body.includes(quote) ? withoutEscapes(body, quote) : body;
};

const bytesOfBits = (digits: string): string => {
  const padded = digits.padStart(Math.ceil(digits.length / 8) * 8, '0');
  return padded.replace(/.{8}/g, byte => Number.parseInt(byte, 2).toString(16).padStart(2, '0'));
};

const hexDigits = (text: string): string => {
  const digits = text.startsWith('0x') ? text.slice(2) : text.slice(2, -1);
  return digits.length % 2 ? `0${digits}` : digits;
};

/** A token takes a hundred times the memory of its text: 16 MB of parentheses would be the end of the process. */
const mostTokens = 1_000_000;

// An executable comment (`/*!` ...) is code to MySQL: only its brackets are comment, what stands inside is read.
export const tokenize = (text: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  let executable = false;
  const add = (kind: TokenKind, end: number, value?: string) => {
    if (tokens.length >= mostTokens)
      throw new MysqlError(1064, 'memory exhausted near the end of the statement');
    const raw = text.slice(at, end);
    tokens.push({ kind, text: raw, at, value: value ?? raw });
    at = end;
  };
  const tryAdd = (kind: TokenKind, pattern: RegExp, value?: (raw: string) => string): boolean => {
    const found = match(pattern, text, at);
    if (!found) return false;
    add(kind, at + found[0].length, value?.(found[0]));
    return true;
  };
  const comment = () => {
    const opened = match(patterns.executable, text, at);
    if (opened && !executable && Number(opened[1] ?? 0) <= versionNumber) {
      executable = true;
      add('comment', at + opened[0].length);
      return;
    }
    const end = text.indexOf('*/', at + 2);
    add(end < 0 ? 'bad' : 'comment', end < 0 ? text.length : end + 2);
  };
  while (at < text.length) {
    const c = text[at] as string;
    const next = text[at + 1];
    if (tryAdd('space', patterns.space) || tryAdd('comment', patterns.lineComment)) continue;
    if (c === '/' && next === '*') comment();
    else if (executable && c === '*' && next === '/') {
      executable = false;
      add('comment', at + 2);
    } else if (c === "'" || c === '"' || c === '`') {
      const end = stringEnd(text, at);
      const kind = c === '`' ? 'quoted' : 'string';
      add(
        end < 0 ? 'bad' : kind,
        end < 0 ? text.length : end,
        end < 0 ? undefined : quotedValue(text.slice(at, end)),
      );
    } else if (c === '?') add('param', at + 1);
    else if (
      tryAdd('bytes', patterns.hex, hexDigits) ||
      tryAdd('bytes', patterns.bits, raw => bytesOfBits(raw.replace(/^0?[bB]'?|'$/g, '')))
    )
      continue;
    else if (wordOrNumber(text, at, tokens.at(-1)) === 'number') tryAdd('number', patterns.number);
    else if (
      tryAdd('word', patterns.word, raw => raw.toUpperCase()) ||
      tryAdd('variable', patterns.variable) ||
      tryAdd('operator', patterns.operator)
    )
      continue;
    else add('bad', at + 1);
  }
  if (executable) tokens.push({ kind: 'bad', text: '', at, value: '' });
  return tokens;
};

/** `1a` and, behind a point, `t.1` are names; `1`, `1.5`, `.5` and `1e5` are numbers. */
const wordOrNumber = (text: string, at: number, before: Token | undefined): 'word' | 'number' | undefined => {
  if (before?.text === '.') return undefined;
  if (text[at] === '.' && (before?.kind === 'word' || before?.kind === 'quoted')) return undefined;
  const number = match(patterns.number, text, at);
  if (!number) return undefined;
  const word = match(patterns.word, text, at);
  return word && word[0].length > number[0].length ? 'word' : 'number';
};

/** The tokens that mean something. */
export const significant = (tokens: readonly Token[]): Token[] =>
  tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment');

/** Cuts a text at its semicolons; parts that say nothing are left out. */
export const splitStatements = (text: string): string[] => {
  const statements: string[] = [];
  let part: Token[] = [];
  const end = () => {
    if (significant(part).length > 0)
      statements.push(
        part
          .map(token => token.text)
          .join('')
          .trim(),
      );
    part = [];
  };
  for (const token of tokenize(text)) {
    if (token.kind === 'operator' && token.text === ';') end();
    else part.push(token);
  }
  end();
  return statements;
};
