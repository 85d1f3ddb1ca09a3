import { Marked, type MarkedExtension, Parser, type Token } from 'marked';
import { markedTerminal } from 'marked-terminal';
import { cleanText } from './clean-text.ts';
import { decodeEntities } from './entities.ts';
import { isComment, isLineBreak } from './html.ts';
import { type Style, styleOf, type TextOptions } from './terminal-style.ts';

/** Inline tokens to styled text; hard breaks are newlines. */
export type Inline = (tokens: readonly Token[]) => string;

const same = (text: string): string => text;

// References such as `&#27;` are decoded here, so this is where control characters are taken out again.
const visible = (text: string): string => cleanText(decodeEntities(text)).replace(/[ \t\n]+/g, ' ');

// What marked-terminal puts for a colon in code, to hide it from the emoji shortcodes that are switched off here.
const restoreColons = (text: string): string => text.replaceAll('*#COLON|*', ':');

export const inlineRenderer = (options: TextOptions): Inline => {
  const style = styleOf(options);
  const marked = new Marked();
  marked.use(
    // Its types are those of an older marked.
    markedTerminal({
      emoji: false,
      paragraph: same,
      link: same,
      href: same,
      strong: style.strong,
      em: style.em,
      del: style.del,
      codespan: (text: string) => style.code(text.replaceAll('\t', ' ')),
    }) as MarkedExtension,
    {
      renderer: {
        text(token) {
          return 'tokens' in token && token.tokens
            ? this.parser.parseInline(token.tokens)
            : visible(token.text);
        },
        link({ href, tokens }) {
          return link(this.parser.parseInline(tokens), href, style, options);
        },
        image: ({ text, href }) => style.dim(`[${visible(text || href)}]`),
        html: ({ text }) => inlineHtml(text, style),
      },
    },
  );
  return tokens => restoreColons(Parser.parseInline([...tokens], marked.defaults));
};

const inlineHtml = (text: string, style: Style): string => {
  if (isLineBreak(text)) return '\n';
  return isComment(text) ? '' : style.dim(visible(text));
};

// Longer ones are cut off or refused by terminals (VTE: 2083 bytes).
const longest = 2000;

/** An absolute address that a terminal may open, in printable ASCII only. */
const openable = (href: string): string | undefined => {
  const url = URL.parse(href);
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return undefined;
  return url.href.length <= longest && /^[\x21-\x7E]+$/.test(url.href) ? url.href : undefined;
};

const link = (text: string, href: string, style: Style, { hyperlinks = false }: TextOptions): string => {
  const address = visible(href);
  const url = openable(address);
  if (hyperlinks && url) {
    const lines = style.link(text || address).split('\n');
    return lines.map(line => `\u001B]8;;${url}\u0007${line}\u001B]8;;\u0007`).join('\n');
  }
  // An address inside the course leads nowhere in a terminal; that of an autolink is its text.
  const shown = cleanText(text.replace(/\u001B\[[\d;]*m/g, ''));
  if (shown === '' || address.replace(/^mailto:/, '') === shown) return style.link(shown || address);
  return address.startsWith('#') ? style.link(text) : `${style.link(text)} (${style.dim(address)})`;
};
