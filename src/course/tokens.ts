import { Marked, type MarkedToken, type Tokens } from 'marked';

// An instance of our own: extensions that somebody adds to the global one must not change the course format.
const marked = new Marked();

/** A token of marked, which has no position, with the number of the line in the file that it starts in. */
export interface Placed<T = MarkedToken> {
  token: T;
  line: number;
}

export const lex = (markdown: string): MarkedToken[] => marked.lexer(markdown) as MarkedToken[];

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
