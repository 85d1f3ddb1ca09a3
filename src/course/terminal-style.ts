/** What the terminal can show. */
export interface TextOptions {
  /** Colours and other styles; without them code keeps its backquotes. Default true. */
  color?: boolean;
  /** No backquotes either: a screen reader would speak each of them. Default false. */
  bareCode?: boolean;
  /** Only ASCII for what the layout draws. Default false. */
  ascii?: boolean;
  /** The terminal understands OSC 8, so a link needs no visible address. Default false. */
  hyperlinks?: boolean;
}

type Paint = (text: string) => string;

/** The roles of text; each keeps its line breaks outside the escape sequences, so that every line stands alone. */
export interface Style {
  heading: Paint;
  strong: Paint;
  em: Paint;
  del: Paint;
  code: Paint;
  link: Paint;
  dim: Paint;
  keyword: Paint;
  literal: Paint;
  name: Paint;
  comment: Paint;
}

const perLine =
  (paint: Paint): Paint =>
  text =>
    text
      .split('\n')
      .map(line => (line === '' ? '' : paint(line)))
      .join('\n');

/** SGR (ECMA-48 8.3.117) around the text; where an inner style ends with the same code, this one goes on. */
const sgr = (open: number, close: number): Paint => {
  const [start, end] = [`\u001B[${open}m`, `\u001B[${close}m`];
  return perLine(line => `${start}${line.replaceAll(end, end + start)}${end}`);
};

const both =
  (outer: Paint, inner: Paint): Paint =>
  text =>
    outer(inner(text));

const bold = sgr(1, 22);
const dim = sgr(2, 22);
const underline = sgr(4, 24);

const colored: Style = {
  heading: both(bold, sgr(36, 39)),
  strong: bold,
  em: sgr(3, 23),
  del: sgr(9, 29),
  code: sgr(33, 39),
  link: both(underline, sgr(34, 39)),
  dim,
  keyword: sgr(35, 39),
  literal: sgr(32, 39),
  name: sgr(36, 39),
  comment: dim,
};

const same: Paint = text => text;

const plain: Style = {
  heading: same,
  strong: same,
  em: same,
  del: perLine(text => `~${text}~`),
  code: perLine(text => `\`${text}\``),
  link: same,
  dim: same,
  keyword: same,
  literal: same,
  name: same,
  comment: same,
};

export const styleOf = ({ color = true, bareCode = false }: TextOptions): Style =>
  color ? colored : bareCode ? { ...plain, code: same } : plain;

export interface Glyphs {
  bullet: string;
  quote: string;
  code: string;
  /** In front of a code line that goes on from the line above. */
  continued: string;
  rule: string;
  cross: string;
  column: string;
}

const unicode: Glyphs = {
  bullet: '•',
  quote: '▌',
  code: '│',
  continued: '┊',
  rule: '─',
  cross: '┼',
  column: '│',
};
const ascii: Glyphs = {
  bullet: '*',
  quote: '>',
  code: '|',
  continued: ':',
  rule: '-',
  cross: '+',
  column: '|',
};

export const glyphsOf = (options: TextOptions): Glyphs => (options.ascii ? ascii : unicode);
