import type { TopologyName } from '../stack/topology.ts';
import { parseGiven } from './given.ts';
import type { Given, Question, StepItem } from './model.ts';
import { type ChallengeFence, parseChallenge, parseCommands } from './parse-challenge.ts';
import type { AnswerRules } from './parse-options.ts';
import { isAlert, type Piece } from './parse-pieces.ts';
import { parseAnswerLine, parseQuestion } from './parse-question.ts';
import type { Report } from './report.ts';
import type { Placed } from './tokens.ts';

type Text = Extract<Piece, { kind: 'text' }>;
type Fence = Extract<Piece, { kind: 'fence' }>;

export interface ItemRules extends AnswerRules {
  /** The topology of the file's lab blocks. */
  stack: TopologyName;
}

/** The pieces of a section as items, in their order. */
export const parseItems = (pieces: readonly Piece[], rules: ItemRules): StepItem[] => {
  const { report } = rules;
  const rest = [...pieces];
  const items: StepItem[] = [];
  const fences: ChallengeFence[] = [];
  const given: { value: Given; line: number }[] = [];
  let text: Text[] = [];

  const flush = (): void => {
    const item = textItem(text);
    if (item) items.push(item);
    text = [];
  };
  const ask = (question: Question | undefined): void => {
    flush();
    const explanation = takeExplanation(rest, question, report);
    if (question)
      items.push({ kind: 'question', question: { ...question, ...(explanation && { explanation }) } });
  };

  for (let piece = rest.shift(); piece; piece = rest.shift()) {
    switch (piece.kind) {
      case 'text':
        text.push(piece);
        break;
      case 'given':
        readGiven(piece, given, report);
        break;
      case 'ask': {
        const { keyword, paragraph } = piece;
        ask(parseQuestion(keyword, paragraph, takeBlock(rest, ['list', 'table']), rules));
        break;
      }
      case 'answer': {
        const start = text.findLastIndex(({ paragraph }) => paragraph);
        const prompt = start < 0 ? '' : joined(text.splice(start));
        const values = given.splice(0).map(({ value }) => value);
        ask(parseAnswerLine(piece, prompt, values, report));
        break;
      }
      case 'hint':
        flush();
        items.push({ kind: 'hint', markdown: piece.markdown, line: piece.line });
        break;
      case 'fence':
        flush();
        if (piece.fence === 'lab') items.push(labItem(piece, items, rules));
        else fences.push({ kind: piece.fence, text: piece.text, line: piece.line });
    }
  }
  flush();
  for (const { value, line } of given)
    report(line, `"${value.name}" is given, but no **Answer:** follows, expected one in the same section`);
  const challenge = parseChallenge(fences, rules);
  return challenge ? placeChallenge(items, challenge) : items;
};

const joined = (parts: readonly Text[]): string =>
  parts
    .map(({ raw }) => raw)
    .join('')
    .trim();

export const isSpace = (piece: Piece | undefined): boolean =>
  piece?.kind === 'text' && piece.raw.trim() === '';

const textItem = (parts: readonly Text[]): StepItem | undefined => {
  const first = parts.find(part => !isSpace(part));
  if (!first) return undefined;
  const markdown = parts
    .map(({ raw }) => raw)
    .join('')
    .replace(/^(?:[ \t]*\n)+|\s+$/g, '');
  return { kind: 'text', markdown, line: first.line };
};

/** Takes the next block when it is of one of these types. */
const takeBlock = (rest: Piece[], types: readonly string[]): Placed | undefined => {
  const at = rest.findIndex(piece => !isSpace(piece));
  const piece = rest[at];
  if (piece?.kind !== 'text' || !piece.block || !types.includes(piece.block.token.type)) return undefined;
  rest.splice(0, at + 1);
  return piece.block;
};

/** A quote right behind an answer block explains it; options have their explanations inside the list. */
const takeExplanation = (
  rest: Piece[],
  question: Question | undefined,
  report: Report,
): string | undefined => {
  const next = rest.find(piece => !isSpace(piece));
  const token = next?.kind === 'text' ? next.block?.token : undefined;
  if (!question || token?.type !== 'blockquote' || isAlert(token.text)) return undefined;
  if ('correct' in (('options' in question && question.options[0]) || {})) {
    report(next?.line ?? 0, 'the quote explains no option, expected it indented under its option');
    return undefined;
  }
  takeBlock(rest, ['blockquote']);
  return token.text.trim();
};

const readGiven = (
  piece: { raw: string; line: number },
  given: { value: Given; line: number }[],
  report: Report,
): void => {
  const value = parseGiven(piece.raw);
  if ('problem' in value) report(piece.line, value.problem);
  else if (given.some(known => known.value.name === value.name))
    report(piece.line, `"${value.name}" is given twice, expected one line for each name`);
  else given.push({ value, line: piece.line });
};

const labItem = (
  { words, text, line }: Fence,
  before: readonly StepItem[],
  { report, stack }: ItemRules,
): StepItem => {
  const [mode, ...more] = words;
  const continues = mode === 'continue';
  if (more.length > 0 || (mode !== undefined && !continues))
    report(line, `"${words.join(' ')}" behind "lab" is unknown, expected nothing or "continue"`);
  if (continues && !before.some(({ kind }) => kind === 'lab'))
    report(line, '"continue" has nothing to continue, expected a lab block before it in the same section');
  return { kind: 'lab', lab: { line, continues, stack, lines: parseCommands('lab', text, line, report) } };
};

/** The challenge stands between the items as its fence stood between theirs. */
const placeChallenge = (
  items: readonly StepItem[],
  challenge: Extract<StepItem, { kind: 'challenge' }>['challenge'],
): StepItem[] => {
  const lineOf = (item: StepItem): number => {
    if (item.kind === 'question') return item.question.line;
    if (item.kind === 'lab') return item.lab.line;
    return item.kind === 'challenge' ? item.challenge.line : item.line;
  };
  const at = items.findIndex(item => lineOf(item) > challenge.line);
  return items.toSpliced(at < 0 ? items.length : at, 0, { kind: 'challenge', challenge });
};
