export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Not JSON. The message says what was expected instead of what. */
export class JsonError extends Error {
  override name = 'JsonError';
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

interface Token {
  text: string;
  line: number;
}

export interface LocatedJson {
  value: Json;
  /** The line of each value by its path, such as `databases.0.port`. */
  lines: ReadonlyMap<string, number>;
}

/** What does not begin a token becomes one, too: up to the next space. */
const tokenPattern = /"(?:[^"\\\n]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|"\S*/g;
const scalar = /^(?:"|-?\d|true$|false$|null$)/;

/** Reads JSON (RFC 8259). JSON.parse says in which line an error is only for some, and never where a value stands. */
export const readJson = (text: string): LocatedJson => {
  const tokens = tokensOf(text);
  const lines = new Map<string, number>();
  const end: Token = { text: '', line: text.trimEnd().split('\n').length };
  let position = 0;
  const peek = (): Token => tokens[position] ?? end;
  const take = (): Token => tokens[position++] ?? end;

  const value = (path: string): Json => {
    const token = take();
    lines.set(path, token.line);
    if (token.text === '{') return object(path);
    if (token.text === '[') return list(path);
    if (!scalar.test(token.text)) return unexpected('a value', token);
    return parsed(token);
  };
  /** What stands between `{` and `}` or `[` and `]`, one after the other. */
  const members = (close: string, member: (index: number) => void): void => {
    if (peek().text === close) return void take();
    for (let index = 0; ; index++) {
      member(index);
      const token = take();
      if (token.text === close) return;
      if (token.text !== ',') unexpected(`"," or "${close}"`, token);
    }
  };
  const object = (path: string): Json => {
    const found: Record<string, Json> = Object.create(null);
    members('}', () => {
      const name = take();
      if (!name.text.startsWith('"')) unexpected('a name in quotation marks', name);
      const colon = take();
      if (colon.text !== ':') unexpected('":"', colon);
      const key = String(parsed(name));
      found[key] = value(below(path, key));
    });
    return found;
  };
  const list = (path: string): Json => {
    const found: Json[] = [];
    members(']', index => {
      found.push(value(below(path, String(index))));
    });
    return found;
  };

  const found = value('');
  if (position < tokens.length) unexpected('the end of the file', peek());
  return { value: found, lines };
};

const below = (path: string, name: string): string => (path ? `${path}.${name}` : name);

const unexpected = (expected: string, { text, line }: Token): never => {
  throw new JsonError(line, `expected ${expected}, found ${text || 'the end of the file'}`);
};

const parsed = (token: Token): Json => {
  try {
    return JSON.parse(token.text) as Json;
  } catch {
    return unexpected(token.text.startsWith('"') ? 'a text in quotation marks' : 'a value', token);
  }
};

const tokensOf = (text: string): Token[] => {
  let line = 1;
  let seen = 0;
  return [...text.matchAll(tokenPattern)].map(({ 0: found, index }) => {
    line += text.slice(seen, index).split('\n').length - 1;
    seen = index;
    return { text: found, line };
  });
};
