/** Splits a zone file (RFC 1035, section 5.1) into entries: lines, or several lines joined by parentheses. */

export class ZoneError extends Error {
  override name = 'ZoneError';
  readonly file: string;
  readonly line: number;

  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`);
    this.file = file;
    this.line = line;
  }
}

export interface Token {
  /** One character per byte of the UTF-8 file, because `\DDD` stands for any byte. */
  text: string;
  quoted: boolean;
  line: number;
}

export interface Entry {
  line: number;
  /** Begins with a blank: the owner is that of the record before. */
  ownerless: boolean;
  tokens: Token[];
}

/** A token as it is shown to people. */
export const shown = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

// A comment, a quoted string (also an unfinished one), a parenthesis, blanks, or a plain word.
const lexeme = /;.*|"((?:[^"\\]|\\.)*)("?)|[()]|[ \t\r]+|(?:[^ \t\r"();\\]|\\.)+|\\$/gsy;

/** Throws ZoneError for unfinished strings and unbalanced parentheses. */
export const entriesOf = (text: string, file: string): Entry[] => {
  const entries: Entry[] = [];
  let open: number | undefined;
  let entry: Entry | undefined;
  const lines = Buffer.from(text.replace(/^\uFEFF/, ''))
    .toString('latin1')
    .split('\n');
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    if (open === undefined || !entry) {
      entry = { line, ownerless: /^[ \t]/.test(content), tokens: [] };
      entries.push(entry);
    }
    for (const match of content.matchAll(lexeme)) {
      const [lexed, string, closing] = match;
      if (lexed === '(') {
        if (open !== undefined) throw new ZoneError(file, line, `"(" inside the "(" of line ${open}`);
        open = line;
      } else if (lexed === ')') {
        if (open === undefined) throw new ZoneError(file, line, '")" without a "(" before it');
        open = undefined;
      } else if (string !== undefined) {
        if (!closing) throw new ZoneError(file, line, 'a text begins with " but has no " at its end');
        entry.tokens.push({ text: unescaped(string, file, line), quoted: true, line });
      } else if (!/^[; \t\r]/.test(lexed)) {
        entry.tokens.push({ text: unescaped(lexed, file, line), quoted: false, line });
      }
    }
  }
  if (open !== undefined) throw new ZoneError(file, open, '"(" is never closed by a ")"');
  return entries.filter(({ tokens }) => tokens.length > 0);
};

const unescaped = (text: string, file: string, line: number): string =>
  text.replace(/\\(\d{3}|.|$)/gs, (_, code: string) => {
    if (code === '') throw new ZoneError(file, line, '"\\" stands for nothing at the end of a line');
    if (!/^\d/.test(code)) return code;
    if (code.length < 3 || Number(code) > 255)
      throw new ZoneError(file, line, `"\\${code}": a byte is written as three digits from \\000 to \\255`);
    return String.fromCharCode(Number(code));
  });
