/** One word of a line, with its quotes and escapes resolved. */
export interface Word {
  text: string;
  /** Where it stands in the line, quotes included. */
  start: number;
  end: number;
  quoted: boolean;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/** Behind these a quote or a comment may begin; anywhere else `'` and `#` are ordinary, as in `it's` and `/a#b`. */
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);

/**
 * Splits a line at its spaces and leaves out its comment. `"..."` knows `\"`, `\\`, `\n` and `\t`, every other
 * backslash stays; in `'...'` everything is literal. A quote opens at the start of a word or right behind a `=`.
 */
export const splitWords = (line: string): Word[] | { problem: string } => {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isSpace(line[at])) {
      at++;
      continue;
    }
    if (line[at] === '#') break;
    const start = at;
    let text = '';
    let quoted = false;
    while (!isSpace(line[at])) {
      const character = line[at] as string;
      if ((character === '"' || character === "'") && (at === start || line[at - 1] === '=')) {
        const quote = readQuote(line, at);
        if (!quote) return { problem: `the quote at column ${at + 1} is not closed` };
        text += quote.text;
        at = quote.end;
        quoted = true;
        if (!isSpace(line[at]))
          return { problem: `a space is missing behind the quote that ends at column ${at}` };
      } else {
        text += character;
        at++;
      }
    }
    words.push({ text, start, end: at, quoted });
  }
  return words;
};

const readQuote = (line: string, start: number): { text: string; end: number } | undefined => {
  const quote = line[start];
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at] as string;
    if (character === quote) return { text, end: at + 1 };
    const escaped = quote === '"' && character === '\\' ? escapes[line[at + 1] ?? ''] : undefined;
    text += escaped ?? character;
    if (escaped !== undefined) at++;
  }
  return undefined;
};
