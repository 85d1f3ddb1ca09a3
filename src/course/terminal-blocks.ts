import type { MarkedToken, Token, Tokens } from 'marked';
import { cleanText } from './clean-text.ts';
import { renderCode } from './terminal-code.ts';
import type { Inline } from './terminal-inline.ts';
import type { Glyphs, Style } from './terminal-style.ts';
import { renderTable } from './terminal-table.ts';
import { wrapWords } from './terminal-wrap.ts';
import { lex } from './tokens.ts';

export interface Layout {
  inline: Inline;
  style: Style;
  glyphs: Glyphs;
}

/** Blocks one below the other, a blank line between them unless they are `tight`. */
export const renderBlocks = (
  tokens: readonly Token[],
  width: number,
  layout: Layout,
  tight = false,
): string[] => {
  const blocks = tokens
    .map(token => renderBlock(token as MarkedToken, width, layout))
    .filter(lines => lines.length > 0);
  return blocks.flatMap((lines, index) => (index > 0 && !tight ? ['', ...lines] : lines));
};

const renderBlock = (token: MarkedToken, width: number, layout: Layout): string[] => {
  const { inline, style, glyphs } = layout;
  switch (token.type) {
    case 'heading':
      return wrapWords(style.heading(inline(token.tokens)), width);
    case 'paragraph':
      return wrapWords(inline(token.tokens), width);
    case 'text':
      return wrapWords(inline([token]), width);
    case 'list':
      return renderList(token, width, layout);
    case 'blockquote':
      return renderQuote(token, width, layout);
    case 'table':
      return renderTable(token, width, layout);
    case 'code':
      return renderCode(token, width, layout);
    case 'hr':
      return [style.dim(glyphs.rule.repeat(width))];
    case 'html':
      return renderHtml(token.text, width, style);
    default:
      return [];
  }
};

// So deep that less than this is left, blocks go on without indentation.
const least = 6;

/** Lines behind a first prefix and a further one of the same width, and a space. */
const indented = (
  [first, further]: readonly [string, string],
  prefixWidth: number,
  width: number,
  render: (width: number) => string[],
): string[] => {
  const inner = width - prefixWidth - 1;
  if (inner < least) return wrapFirst(first, width, render);
  return render(inner).map((line, index) => {
    const prefix = index === 0 ? first : further;
    return line === '' ? prefix.trimEnd() : `${prefix} ${line}`;
  });
};

/** The prefix on the first line only, as far as the line holds it. */
const wrapFirst = (first: string, width: number, render: (width: number) => string[]): string[] => [
  ...wrapWords(first, width).filter(line => line !== ''),
  ...render(width),
];

const renderList = (
  { items, ordered, start, loose }: Tokens.List,
  width: number,
  layout: Layout,
): string[] => {
  const markers = items.map((item, index) => {
    const sign = ordered ? `${Number(start || 0) + index}.` : layout.glyphs.bullet;
    if (!item.task) return sign;
    const box = item.checked ? '[x]' : '[ ]';
    return ordered ? `${sign} ${box}` : box;
  });
  const widest = Math.max(...markers.map(marker => marker.length));
  return items.flatMap((item, index) => {
    const first = (markers[index] ?? '').padStart(widest);
    const blocks = withoutBox(item.tokens);
    const lines = indented([first, ' '.repeat(widest)], widest, width, inner => {
      const rendered = renderBlocks(blocks, inner, layout, !loose);
      return rendered.length > 0 ? rendered : [''];
    });
    return index > 0 && loose ? ['', ...lines] : lines;
  });
};

/** The box is drawn as the marker; in a loose list it stands inside the paragraph. */
const withoutBox = (tokens: readonly Token[]): Token[] =>
  tokens
    .filter(({ type }) => type !== 'checkbox')
    .map(token =>
      token.type === 'paragraph'
        ? { ...token, tokens: (token as Tokens.Paragraph).tokens.filter(({ type }) => type !== 'checkbox') }
        : token,
    );

const renderQuote = ({ tokens, text }: Tokens.Blockquote, width: number, layout: Layout): string[] => {
  const { style, glyphs } = layout;
  const bar = style.dim(glyphs.quote);
  // The boxes of GitHub: `[!NOTE]` alone on the first line.
  const [head, kind = ''] = /^\[!([A-Z]+)\][ \t]*(?:\n|$)/i.exec(text) ?? [];
  return indented([bar, bar], 1, width, inner => {
    if (head === undefined) return renderBlocks(tokens, inner, layout);
    const title = kind[0]?.toUpperCase() + kind.slice(1).toLowerCase();
    return [
      ...wrapWords(style.strong(title), inner),
      ...renderBlocks(lex(text.slice(head.length)), inner, layout),
    ];
  });
};

/** Shown as written; comments are not shown. */
const renderHtml = (html: string, width: number, style: Style): string[] => {
  const text = cleanText(html.replace(/<!--[\s\S]*?(?:-->|$)/g, '')).trim();
  return text === '' ? [] : wrapWords(style.dim(text.replaceAll('\t', '  ')), width);
};
