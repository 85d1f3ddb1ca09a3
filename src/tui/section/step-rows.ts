import type { StepItem } from '../../course/model.ts';
import { summarize } from '../../lab/observed.ts';
import { judgeOptions } from '../../lab/predict.ts';
import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import { withValues } from '../../quiz/given.ts';
import { isFinished, isSolved, type QuestionState } from '../../quiz/question-state.ts';
import { hanging, type Look } from '../question/choices.ts';
import { answerLines, askedPrompt, explanationRows, finishedRows } from '../question/texts.ts';
import type { Row } from '../scroll.ts';
import { type LabLook, labRows } from './lab-rows.ts';
import { answeringRun, gateOf, type StepState, visibleItems } from './state.ts';

export interface StepLook extends LabLook, Look {}

/** The text of a step, cut in two where its open question stands. */
export interface StepRows {
  before: Row[];
  after: Row[];
  /** The first row of each item in `before`. */
  starts: ReadonlyMap<number, number>;
}

const lockedRows = (question: QuestionState, state: StepState, look: Look): Row[] => {
  const answer = question.attempts[0]?.answer;
  if (!answer) return [];
  return [
    ...look.render(askedPrompt(question), look.width),
    blank,
    line(span('Your prediction', 'dim')),
    ...answerLines(question, answer).flatMap(text => hanging('  ', text, look.width, look.render)),
    ...(answeringRun(state)
      ? []
      : [blank, line(span(`${look.glyphs.tick} Locked. Now the stack answers.`, 'accent'))]),
  ];
};

const verdictRows = (state: StepState, look: Look): Row[] => {
  const { question } = state;
  const asked = answeringRun(state)?.asked;
  if (question?.question.kind !== 'prediction' || !asked || !isFinished(question)) return [];
  const { width, render, glyphs } = look;
  const right = isSolved(question);
  const verdict = right
    ? `${glyphs.tick} As you predicted: ${summarize(asked)}`
    : `${glyphs.cross} Not as you predicted: ${summarize(asked)}`;
  const unexpected = judgeOptions(question.question.options, asked).some(({ asMarked }) => !asMarked);
  const says = (text: string, tone: 'good' | 'bad' | 'warn'): Line[] =>
    wrap(text, width).map(part => line(span(part, tone)));
  return [
    blank,
    ...says(verdict, right ? 'good' : 'bad'),
    ...(unexpected ? says('The stack did not answer as this course expects it to.', 'warn') : []),
    ...explanationRows(question, width, render, glyphs),
    ...taughtRows(state, look),
  ];
};

/** Where it can be read again, behind an answer that was not right at once. */
const taughtRows = ({ question, taught = [] }: StepState, { width, render }: Look): Row[] =>
  taught.length === 0 || question?.attempts[0]?.right
    ? []
    : [blank, ...render(`*Taught in ${taught.join(' · ')}*`, width)];

/** With the learner's own numbers. */
const hintText = (markdown: string, { question }: StepState): string =>
  question ? withValues(markdown, question.question, question.key) : markdown;

const itemRows = (item: StepItem, index: number, state: StepState, look: StepLook): Row[] => {
  switch (item.kind) {
    case 'text':
      return look.render(item.markdown, look.width);
    case 'hint':
      return [line(span('Hint', 'accent')), ...look.render(hintText(item.markdown, state), look.width)];
    case 'question': {
      const { question } = state;
      if (!question) return [];
      return item.question.kind === 'prediction'
        ? lockedRows(question, state, look)
        : [...finishedRows(question, look), ...taughtRows(state, look)];
    }
    case 'lab': {
      const rows = labRows(item.lab, state.runs[index], look);
      const answers = item.lab.lines.some(({ expectation }) => expectation?.kind === 'asked');
      return answers ? [...rows, ...verdictRows(state, look)] : rows;
    }
    case 'challenge':
      return [];
  }
};

/**
 * What is on screen of a step, a note of the program first; the open question itself is left out, `before` ends where
 * it stands.
 */
export const stepRows = (state: StepState, look: StepLook, note?: string): StepRows => {
  const gate = gateOf(state);
  const open = gate !== undefined && state.step.items[gate]?.kind === 'question' ? gate : undefined;
  const noted = note ? [...wrap(note, look.width).map(text => line(span(text, 'dim'))), blank] : [];
  const title: Row[] = [...noted, line(span(state.step.title, 'strong')), blank];
  const starts = new Map<number, number>();
  const rows: StepRows = { before: title, after: [], starts };
  for (const index of visibleItems(state)) {
    const item = state.step.items[index];
    if (!item || index === open) continue;
    const made = itemRows(item, index, state, look);
    if (made.length === 0) continue;
    if (open !== undefined && index > open) {
      rows.after.push(blank, ...made);
    } else {
      starts.set(index, rows.before.length);
      rows.before.push(...made, blank);
    }
  }
  // A blank line at the end would only be scrolled to.
  if (open === undefined) rows.before.pop();
  return rows;
};
