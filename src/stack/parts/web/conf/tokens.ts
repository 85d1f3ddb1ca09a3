import { ConfError } from './error.ts';

/** One statement of a configuration file: words up to `;` or `{`, or the end of a block or of the file. */
export interface Statement {
  words: string[];
  end: ';' | '{' | '}' | 'eof';
  /** Line on which it ends: that is the one nginx names. */
  line: number;
}

const blank = /[ \t\r\n]/;
const escapes: Record<string, string> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

/** The word as nginx keeps it: a backslash before anything without a meaning stays. */
const unslash = (raw: string): string => raw.replace(/\\(.)/gs, (all, char: string) => escapes[char] ?? all);

/**
 * Reads statement by statement, so that an earlier fault is reported before a later one.
 * Quoting and escaping as in nginx's ngx_conf_read_token. Throws ConfError with file and line.
 */
export function* statements(text: string, file: string): Generator<Statement, void, undefined> {
  let at = 0;
  let line = 1;
  let words: string[] = [];
  const fail = (fault: string): never => {
    throw new ConfError(fault, { file, line });
  };
  const next = (): string => {
    const char = text[at++] ?? '';
    if (char === '\n') line++;
    return char;
  };
  const unfinished = () => fail('unexpected end of file, expecting ";" or "}"');

  const quoted = (quote: string): string => {
    const start = at;
    for (;;) {
      const char = next();
      if (char === '') unfinished();
      if (char === '\\') next();
      if (char === quote) return unslash(text.slice(start, at - 1));
    }
  };
  const plain = (start: number): string => {
    for (;;) {
      const char = text[at] ?? '';
      if (char === '') unfinished();
      if (blank.test(char) || char === ';') break;
      // A brace belongs to the word in `${name}`, otherwise it opens a block.
      if (char === '{' && text[at - 1] !== '$') break;
      next();
      if (char === '\\') next();
    }
    return unslash(text.slice(start, at));
  };

  while (at < text.length) {
    const start = at;
    const char = next();
    if (blank.test(char)) continue;
    if (char === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else if (char === ';' || char === '{') {
      if (words.length === 0) fail(`unexpected "${char}"`);
      yield { words, end: char, line };
      words = [];
    } else if (char === '}') {
      if (words.length > 0) fail('unexpected "}"');
      yield { words, end: char, line };
    } else if (char === '"' || char === "'") {
      words.push(quoted(char));
      const behind = text[at] ?? '';
      if (behind !== '' && !blank.test(behind) && !';{)'.includes(behind)) fail(`unexpected "${behind}"`);
    } else {
      if (char === '\\') next();
      words.push(plain(start));
    }
  }
  if (words.length > 0) unfinished();
  yield { words, end: 'eof', line };
}
