import type { Tokens } from 'marked';
import { splitAttributes } from './attributes.ts';
import { slug } from './ids.ts';
import type { Step, StepItem, TaughtBy } from './model.ts';
import { type ItemRules, isSpace, parseItems } from './parse-items.ts';
import { toPieces } from './parse-pieces.ts';
import { isTaughtLine, parseTaught } from './parse-taught.ts';
import type { Report } from './report.ts';
import type { Placed } from './tokens.ts';

export interface SectionRules extends ItemRules {
  /** A quiz asks in every section, and only there stand challenges. */
  quiz: boolean;
  /** Path relative to the course; links start there. */
  file: string;
}

/** A `##` heading and the blocks up to the next one. */
export interface Section {
  heading: Placed<Tokens.Heading>;
  blocks: Placed[];
}

export const parseSection = ({ heading, blocks }: Section, rules: SectionRules): Step => {
  const { report } = rules;
  const { line, token } = heading;
  const { text: title, id, misconception } = splitAttributes(token.text.trim(), line, report);
  if (title === '') report(line, 'the section has no title, expected ## Title {#some-id}');
  if (id === undefined)
    report(line, `the section "${title}" has no id, expected ## ${title || 'Title'} {#some-id}`);
  if (misconception) report(line, `".${misconception}" stands on a section, expected it on options only`);
  const { taughtBy, rest } = takeTaught(blocks, rules);
  const pieces = toPieces(rest, report);
  const items = parseItems(pieces, rules);
  if (pieces.every(isSpace))
    report(line, `the section "${title}" is empty, expected text, a question or a lab block`);
  checkQuestions(items, line, title, rules);
  checkAsked(items, report);
  return {
    id: id ?? (slug(title) || `section-${line}`),
    title,
    line,
    items: oneQuestion(items),
    ...(taughtBy && { taughtBy }),
  };
};

/** Learners see where to read again behind a wrong answer, and not in the text of the question. */
const takeTaught = (
  blocks: readonly Placed[],
  { quiz, file, report }: SectionRules,
): { taughtBy?: TaughtBy[]; rest: readonly Placed[] } => {
  const isTaught = (block: Placed): block is Placed<Tokens.Paragraph> =>
    quiz && block.token.type === 'paragraph' && isTaughtLine({ token: block.token, line: block.line });
  const [taught, second] = blocks.filter(isTaught);
  if (!taught) return { rest: blocks };
  if (second) report(second.line, 'a second paragraph says "Taught in", expected one with all links');
  return { taughtBy: parseTaught(taught, file, report), rest: blocks.filter(block => !isTaught(block)) };
};

type QuestionItem = Extract<StepItem, { kind: 'question' }>;

const questionsIn = (items: readonly StepItem[]): QuestionItem[] =>
  items.filter(item => item.kind === 'question');

const oneQuestion = (items: readonly StepItem[]): StepItem[] => {
  const [first] = questionsIn(items);
  return items.filter(item => item.kind !== 'question' || item === first);
};

const checkQuestions = (
  items: readonly StepItem[],
  line: number,
  title: string,
  { quiz, report }: SectionRules,
): void => {
  const questions = questionsIn(items);
  const challenge = items.find(item => item.kind === 'challenge');
  for (const { question } of questions.slice(1))
    report(question.line, 'the section has a second question, expected one question a section');
  if (challenge && !quiz)
    report(challenge.challenge.line, 'a challenge stands in a lesson, expected it in a quiz');
  if (challenge && questions[0])
    report(questions[0].question.line, 'the section has a question and a challenge, expected one of them');
  if (quiz && !challenge && questions.length === 0)
    report(
      line,
      `the section "${title}" asks nothing, expected a question or a challenge in every section of a quiz`,
    );
};

/** A prediction and the one line of the lab blocks behind it that decides it. */
const checkAsked = (items: readonly StepItem[], report: Report): void => {
  const prediction = questionsIn(items).find(({ question }) => question.kind === 'prediction')?.question;
  const asked = items.flatMap(item =>
    item.kind === 'lab' ? item.lab.lines.filter(({ expectation }) => expectation?.kind === 'asked') : [],
  );
  if (!prediction) {
    for (const { line } of asked)
      report(line, '"=> ?" asks, but the section has no prediction, expected **Predict:** before it');
    return;
  }
  const [first, ...more] = asked;
  if (!first)
    report(
      prediction.line,
      'the prediction is never decided, expected one line that ends in "=> ?" in a lab block behind it',
    );
  else if (first.line < prediction.line)
    report(first.line, '"=> ?" stands before its prediction, expected it behind');
  for (const { line } of more) report(line, 'a second line ends in "=> ?", expected one in a section');
};
