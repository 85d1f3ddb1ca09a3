// Moodle's GIFT format: https://docs.moodle.org/en/GIFT_format

/** A text as it may stand anywhere in a question. An arrow is an arrow sign: `->` would make any answers a matching. */
export const escapeGift = (text: string): string =>
  text
    .replaceAll('->', '→')
    .replace(/[\\~=#{}:]/g, '\\$&')
    .replace(/\r?\n/g, '\\n');

/** An answer must not begin like a weight or a format. */
export const answerText = (markdown: string): string =>
  /^[%[]/.test(markdown) ? `[markdown]${escapeGift(markdown)}` : escapeGift(markdown);

/** One line, for a comment. */
export const comment = (text: string): string => `// ${text.replace(/\s+/g, ' ')}`;

/** A slash would begin a category of its own. */
export const category = (...names: readonly string[]): string =>
  `$CATEGORY: ${names.map(name => name.replace(/\s+/g, ' ').replaceAll('/', '//')).join('/')}`;

/** As few decimals as needed, and never an exponent. */
export const numberText = (value: number): string => {
  const text = value.toFixed(9);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
};
