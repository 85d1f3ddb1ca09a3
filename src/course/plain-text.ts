import { Lexer, type MarkedToken } from 'marked';
import { cleanText } from './clean-text.ts';
import { decodeEntities } from './entities.ts';

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
    case 'html':
      return decodeEntities(token.text);
    default:
      return 'tokens' in token && token.tokens
        ? token.tokens.map(inner => textOf(inner as MarkedToken)).join('')
        : '';
  }
};

/** Inline Markdown as one line of text without any styling. */
export const plainText = (markdown: string): string => {
  const tokens = Lexer.lexInline(markdown) as MarkedToken[];
  return cleanText(tokens.map(textOf).join('')).replace(/\s+/g, ' ').trim();
};
