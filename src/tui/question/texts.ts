import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import { type Answer, solution } from '../../quiz/answer.ts';
import { type Presented, presented } from '../../quiz/presented.ts';
import {
  explanations,
  isFinished,
  isSolved,
  type QuestionState,
  triesLeft,
} from '../../quiz/question-state.ts';
import type { Row } from '../scroll.ts';
import { hanging, type Look } from './choices.ts';
import { type Draft, openLeft } from './draft.ts';

const asks: Record<Presented['kind'], string> = {
  choice: 'Choose one',
  multiple: 'Mark all that are right',
  prediction: 'Predict',
  order: 'Put them in order',
  match: 'Match the pairs',
  numeric: 'Type a number',
  text: 'Type the answer',
  challenge: 'Challenge',
};

const toned = (text: string, tone: 'good' | 'bad' | 'warn' | 'dim' | 'accent', width: number): Line[] =>
  wrap(text, width).map(part => line(span(part, tone)));

const promptOf = (of: Presented): string => `**${asks[of.kind]}:** ${of.prompt}`;

/** What was asked, in the same words after it was answered. */
export const askedPrompt = ({ question, key }: QuestionState): string => promptOf(presented(question, key));

/** Above the menu: what is asked, with the learner's own numbers, and the pairs made so far. */
export const promptRows = (of: Presented, draft: Draft, look: Look): Row[] => {
  const { width, render, glyphs } = look;
  const rows: Row[] = [...render(promptOf(of), width)];
  if (of.kind !== 'match') return [...rows, blank];
  const current = of.left.find(({ id }) => id === openLeft(of, draft));
  const pairs = of.left.flatMap(({ id, markdown }): Row[] => {
    const right = of.right.find(option => option.id === draft.pairs[id])?.markdown;
    // On one line where there is room: the menu below should stay on screen.
    return hanging(
      '  ',
      right === undefined ? markdown : `${markdown} ${glyphs.arrow} ${right}`,
      width,
      render,
    );
  });
  const ask: Row[] =
    current === undefined
      ? toned('All are paired. Choose one again to take its pair apart.', 'dim', width)
      : hanging('What belongs to: ', current.markdown, width, render);
  return [...rows, blank, ...pairs, blank, ...ask, blank];
};

/** Below the menu: what came of the tries so far. */
export const feedbackRows = (state: QuestionState, { width, render, glyphs }: Look): Row[] => {
  const left = triesLeft(state);
  const tries = left === 1 ? 'One try is left.' : `${left} tries are left.`;
  return [
    ...(state.message ? [blank, ...toned(state.message, 'warn', width)] : []),
    ...(state.attempts.length > 0
      ? [
          blank,
          ...toned(`${glyphs.cross} Not yet. ${tries}`, 'bad', width),
          ...explanationRows(state, width, render, glyphs),
        ]
      : []),
  ];
};

const optionMarkdown = (state: QuestionState, id: string): string | undefined =>
  'options' in state.question ? state.question.options.find(option => option.id === id)?.markdown : undefined;

export const explanationRows = (
  state: QuestionState,
  width: number,
  render: Look['render'],
  glyphs: Look['glyphs'],
): Row[] =>
  explanations(state).flatMap(({ option, correct, markdown }): Row[] => {
    const named = option === undefined ? undefined : optionMarkdown(state, option);
    const sign = correct ? glyphs.tick : glyphs.cross;
    const chosen = state.attempts.some(({ answer }) => 'option' in answer && answer.option === option);
    const mine = chosen ? ' (your answer)' : '';
    return [
      blank,
      ...(named === undefined ? [] : hanging(`${sign} `, `${named}${mine}`, width, render)),
      ...hanging(named === undefined ? '' : '  ', markdown, width, render),
    ];
  });

/** An answer in words, one entry a line. */
export const answerLines = (state: QuestionState, answer: Answer): string[] => {
  const of = presented(state.question, state.key);
  const option = (id: string) => optionMarkdown(state, id) ?? id;
  switch (answer.kind) {
    case 'choice':
    case 'prediction':
      return [option(answer.option)];
    case 'multiple':
      return of.kind === 'multiple'
        ? of.options.filter(({ id }) => answer.options.includes(id)).map(({ markdown }) => markdown)
        : [];
    case 'order':
      return answer.options.map((id, place) => `${place + 1}\\. ${option(id)}`);
    case 'match':
      return of.kind === 'match'
        ? of.left.map(({ id, markdown }) => {
            const right = of.right.find(side => side.id === answer.pairs[id])?.markdown ?? '?';
            return `${markdown}: ${right}`;
          })
        : [];
    case 'numeric':
    case 'text':
      return [answer.text];
    case 'challenge':
      return [];
  }
};

const answered = (title: string, state: QuestionState, answer: Answer, look: Look): Row[] => [
  blank,
  line(span(title, 'dim')),
  ...answerLines(state, answer).flatMap(text => hanging('  ', text, look.width, look.render)),
];

const times = ['at the first try', 'at the second try', 'at the third try'];

const challengeVerdict = (state: QuestionState, { glyphs }: Look): Line =>
  isSolved(state)
    ? line(span(`${glyphs.tick} Passed on the running stack`, 'good'))
    : line(span(`${glyphs.cross} Not passed`, 'bad'));

/** A finished question: what was answered, what is right, and why. */
export const finishedRows = (state: QuestionState, look: Look): Row[] => {
  const { width, render, glyphs } = look;
  if (state.question.kind === 'challenge') return [challengeVerdict(state, look)];
  const last = state.attempts.at(-1);
  const verdict = isSolved(state)
    ? toned(`${glyphs.tick} Right ${times[state.attempts.length - 1] ?? ''}`.trimEnd(), 'good', width)
    : toned(`${glyphs.cross} Not right`, 'bad', width);
  return [
    ...render(askedPrompt(state), width),
    ...(last ? answered('Your answer', state, last.answer, look) : []),
    ...(isFinished(state) && !isSolved(state)
      ? answered('The right answer', state, solution(state.question, state.key), look)
      : []),
    blank,
    ...verdict,
    ...explanationRows(state, width, render, glyphs),
  ];
};
