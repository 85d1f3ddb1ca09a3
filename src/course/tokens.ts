import { Lexer, Marked, type MarkedToken, type Tokens } from 'marked';

// An instance of our own: extensions that somebody adds to the global one must not change the course format.
const marked = new Marked();

/** A token of marked, which has no position, with the number of the line in the file that it starts in. */
export interface Placed<T = MarkedToken> {
  token: T;
  line: number;
}

// More than anybody writes; far more would exhaust the call stack of what walks over the tokens.
const deepest = 100;

/**
 * Letters of one paragraph, heading or cell. More than anybody reads at once; marked takes time in the square of them
 * for some texts (`**a_**a_` ... of this length: a quarter of a second).
 */
export const longestText = 4000;

/** What is longer stands there as it was written. */
const asWritten = (text: string): MarkedToken => ({ type: 'text', raw: text, text, escaped: false });

const lexAll = (markdown: string): MarkedToken[] => {
  const lexer = new Lexer(marked.defaults);
  lexer.blockTokens(markdown, lexer.tokens);
  // As `lexer.lex` does it; the queue grows while it is worked through.
  for (let at = 0; at < lexer.inlineQueue.length; at++) {
    const { src = '', tokens = [] } = lexer.inlineQueue[at] ?? {};
    if (src.length > longestText) tokens.push(asWritten(src));
    else lexer.inlineTokens(src, tokens);
  }
  return lexer.tokens as MarkedToken[];
};

/** Blocks of Markdown; a text that is nested too deeply to be read is one block of code. */
export const lex = (markdown: string): MarkedToken[] => {
  const asCode: MarkedToken[] = [{ type: 'code', raw: markdown, text: markdown }];
  try {
    const tokens = lexAll(markdown);
    return isTooDeep(tokens) ? asCode : tokens;
  } catch (error) {
    if (error instanceof RangeError) return asCode;
    throw error;
  }
};

/** Tokens of one line of inline Markdown. */
export const lexInline = (markdown: string): MarkedToken[] =>
  markdown.length > longestText ? [asWritten(markdown)] : (Lexer.lexInline(markdown) as MarkedToken[]);

const innerOf = (token: MarkedToken): MarkedToken[] => {
  if (token.type === 'list') return token.items;
  return ('tokens' in token && (token.tokens as MarkedToken[])) || [];
};

const isTooDeep = (tokens: readonly MarkedToken[]): boolean => {
  let level = tokens;
  for (let depth = 0; depth < deepest; depth++) level = level.flatMap(innerOf);
  return level.length > 0;
};

const newlines = (raw: string): number => raw.split('\n').length - 1;

/** The tokens' raw texts together are the source, so counting newlines gives each its line. */
export const place = <T extends { raw: string }>(tokens: readonly T[], firstLine: number): Placed<T>[] => {
  let line = firstLine;
  return tokens.map(token => {
    const placed = { token, line };
    line += newlines(token.raw);
    return placed;
  });
};

export const placeItems = ({ token, line }: Placed<Tokens.List>): Placed<Tokens.ListItem>[] =>
  place(token.items, line);

/** Rows of a table's body; the head and the line of dashes stand above them. */
export const placeRows = ({ token, line }: Placed<Tokens.Table>): Placed<Tokens.TableCell[]>[] =>
  token.rows.map((row, index) => ({ token: row, line: line + 2 + index }));

const childrenOf = (placed: Placed): Placed[] => {
  const { token, line } = placed;
  if (token.type === 'list') return placeItems({ token, line });
  if (token.type === 'table') {
    const rows = [{ token: token.header, line }, ...placeRows({ token, line })];
    return rows.flatMap(row => row.token.flatMap(cell => place(cell.tokens as MarkedToken[], row.line)));
  }
  const inner = 'tokens' in token ? token.tokens : undefined;
  return inner ? place(inner as MarkedToken[], line) : [];
};

/** The token and all tokens inside it, each with its line. */
export const walk = (placed: Placed): Placed[] => [placed, ...childrenOf(placed).flatMap(walk)];
