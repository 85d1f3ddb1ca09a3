import type { MarkedToken } from 'marked';
import { cleanText } from './clean-text.ts';
import { decodeEntities } from './entities.ts';
import { isComment, isLineBreak } from './html.ts';
import { lexInline } from './tokens.ts';

const textOf = (token: MarkedToken): string => {
  switch (token.type) {
    case 'codespan':
    case 'escape':
      return token.text;
    case 'br':
      return ' ';
    case 'image':
      return token.text;
    case 'text':
      return decodeEntities(token.text);
    case 'html':
      return isComment(token.text) ? '' : isLineBreak(token.text) ? ' ' : token.text;
    default:
      return 'tokens' in token && token.tokens
        ? token.tokens.map(inner => textOf(inner as MarkedToken)).join('')
        : '';
  }
};

/** Inline Markdown as one line of text without any styling. */
export const plainText = (markdown: string): string =>
  cleanText(lexInline(markdown).map(textOf).join('')).replace(/\s+/g, ' ').trim();
