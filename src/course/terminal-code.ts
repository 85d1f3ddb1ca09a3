import type { Tokens } from 'marked';
import { highlight } from './highlight.ts';
import type { Layout } from './terminal-blocks.ts';
import { wrapCode } from './terminal-wrap.ts';

/** A bar in front of every line, another one where a line goes on. */
export const renderCode = ({ text, lang }: Tokens.Code, width: number, layout: Layout): string[] => {
  const { style, glyphs } = layout;
  const source = text.replaceAll('\t', '  ');
  const [language = ''] = (lang ?? '').split(/\s+/);
  const bars = width > 8;
  return highlight(source, { language, style })
    .split('\n')
    .flatMap(line => wrapCode(line, bars ? width - 2 : width).map((part, index) => ({ part, index })))
    .map(({ part, index }) => {
      const bar = index === 0 ? glyphs.code : glyphs.continued;
      return bars ? `${style.dim(bar)} ${part}`.trimEnd() : part;
    });
};
