import { cleanText, normaliseLines } from './clean-text.ts';
import { renderBlocks } from './terminal-blocks.ts';
import { inlineRenderer } from './terminal-inline.ts';
import { glyphsOf, styleOf, type TextOptions } from './terminal-style.ts';
import { lex, lexInline } from './tokens.ts';

export type { TextOptions } from './terminal-style.ts';

// Importing this file loads marked-terminal, the dearest import of the program: import it when text is to be shown.

/**
 * Markdown as lines for a terminal, none wider than `width` cells. The only escape sequences in them are styles and
 * links made here, and each line ends what it began.
 */
export const renderMarkdown = (source: string, width: number, options: TextOptions = {}): string[] => {
  const layout = { inline: inlineRenderer(options), style: styleOf(options), glyphs: glyphsOf(options) };
  const columns = Math.max(1, Math.floor(width));
  return renderBlocks(lex(cleanText(normaliseLines(source))), columns, layout);
};

/** Inline Markdown, such as a title or an option, as one line that is not wrapped. */
export const renderInline = (markdown: string, options: TextOptions = {}): string =>
  inlineRenderer(options)(lexInline(cleanText(normaliseLines(markdown)))).replace(/\s*\n\s*/g, ' ');
