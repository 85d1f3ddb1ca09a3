// The references that occur in prose; HTML knows two thousand more, which are shown as written.
const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  copy: '©',
  gt: '>',
  hellip: '…',
  larr: '←',
  lt: '<',
  mdash: '—',
  micro: 'µ',
  middot: '·',
  nbsp: '\u00A0',
  ndash: '–',
  plusmn: '±',
  quot: '"',
  rarr: '→',
  times: '×',
};

const fromCodePoint = (code: number): string =>
  code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\uFFFD';

/** Character references (CommonMark 6.2); the result may hold control characters, so clean it afterwards. */
export const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]+));/g, (whole, decimal, hex, name) => {
    if (decimal) return fromCodePoint(Number.parseInt(decimal, 10));
    if (hex) return fromCodePoint(Number.parseInt(hex, 16));
    return Object.hasOwn(named, name) ? (named[name] as string) : whole;
  });
