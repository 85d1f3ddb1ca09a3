import type { Tokens } from 'marked';
import { isComment } from './html.ts';
import { challengeFences } from './parse-challenge.ts';
import { type Keyword, keywordOf } from './parse-question.ts';
import type { Report } from './report.ts';
import type { Placed } from './tokens.ts';

const fenceKinds = ['lab', ...challengeFences] as const;
export type FenceKind = (typeof fenceKinds)[number];

/** A block of a section, or some lines of a paragraph, by what it means to the course. */
export type Piece =
  /** `block` is the whole token, when it is whole: it may turn out to be an answer block or an explanation. */
  | { kind: 'text'; raw: string; line: number; paragraph: boolean; block?: Placed }
  | { kind: 'given'; raw: string; line: number }
  | { kind: 'answer'; raw: string; line: number }
  | { kind: 'ask'; keyword: Exclude<Keyword, 'Answer'>; paragraph: Placed<Tokens.Paragraph>; line: number }
  | { kind: 'hint'; markdown: string; line: number }
  | { kind: 'fence'; fence: FenceKind; words: string[]; text: string; line: number };

export const fenceKindOf = (token: Tokens.Code): FenceKind | undefined => {
  const [word] = (token.lang ?? '').trim().split(/\s+/);
  return fenceKinds.find(kind => kind === word);
};

export const toPieces = (blocks: readonly Placed[], report: Report): Piece[] =>
  blocks.flatMap(block => toPiece(block, report));

const toPiece = (block: Placed, report: Report): Piece[] => {
  const { token, line } = block;
  const text: Piece = { kind: 'text', raw: token.raw, line, paragraph: false, block };
  switch (token.type) {
    case 'paragraph': {
      const paragraph = { token: token as Tokens.Paragraph, line };
      const keyword = keywordOf(paragraph, report);
      if (keyword && keyword !== 'Answer') return [{ kind: 'ask', keyword, paragraph, line }];
      return splitParagraph(paragraph, keyword === 'Answer', report);
    }
    case 'code': {
      const fence = fenceKindOf(token as Tokens.Code);
      if (!fence) return [text];
      const words = (token.lang ?? '').trim().split(/\s+/).slice(1);
      return [{ kind: 'fence', fence, words, text: token.text, line }];
    }
    case 'blockquote':
      return [hintOf(token as Tokens.Blockquote, line, report) ?? text];
    case 'html':
      return isComment(token.raw) ? [] : [text];
    case 'def':
      report(
        line,
        `"[${token.tag}]: ..." defines a link elsewhere, expected it where it is used: [text](address)`,
      );
      return [];
    default:
      return [text];
  }
};

/** `Given:` and `**Answer:**` are lines; what stands above them in their paragraph is text. */
const splitParagraph = (
  { token, line }: Placed<Tokens.Paragraph>,
  hasAnswer: boolean,
  report: Report,
): Piece[] => {
  const pieces: Piece[] = [];
  let answered = false;
  for (const [index, raw] of token.raw.split(/(?<=\n)/).entries()) {
    const at = line + index;
    const last = pieces.at(-1);
    if (raw.trimStart().startsWith('Given:')) pieces.push({ kind: 'given', raw, line: at });
    else if (hasAnswer && /^\s*(\*\*|__)Answer:\1/.test(raw)) {
      if (answered) report(at, 'a section has a second **Answer:**, expected one question a section');
      else pieces.push({ kind: 'answer', raw, line: at });
      answered = true;
    } else if (answered)
      report(
        at,
        'text stands right behind the value of **Answer:**, expected a blank line, or ">" and an explanation',
      );
    else if (last?.kind === 'text') last.raw += raw;
    else pieces.push({ kind: 'text', raw, line: at, paragraph: true });
  }
  return pieces;
};

const alerts = ['NOTE', 'TIP', 'IMPORTANT', 'WARNING', 'CAUTION'];

export const isAlert = (text: string): boolean => text.startsWith('[!');

const hintOf = ({ text }: Tokens.Blockquote, line: number, report: Report): Piece | undefined => {
  if (!isAlert(text)) return undefined;
  const [head = '', ...rest] = text.split('\n');
  const kind = /^\[!(\w+)\]\s*$/.exec(head)?.[1]?.toUpperCase();
  if (!kind || !alerts.includes(kind)) {
    report(
      line,
      `"${head}" opens no box, expected one of ${alerts.map(name => `[!${name}]`).join(' ')} alone on its line`,
    );
    return undefined;
  }
  const second = rest.findIndex(source => source.startsWith('[!'));
  if (second >= 0)
    report(line + 1 + second, 'two boxes stand in one quote, expected a blank line without ">" between them');
  const markdown = rest.join('\n').trim();
  if (markdown === '')
    report(line, `the box [!${kind}] is empty, expected its text on the next line, behind ">"`);
  return kind === 'TIP' ? { kind: 'hint', markdown, line } : undefined;
};
