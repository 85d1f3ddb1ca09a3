import type { Challenge, Step } from '../../course/model.ts';
import type { Grade } from '../../lab/challenge/run.ts';
import { challengeScore, commandsOf, goalWords, nearMissWords } from '../../plain/challenge-words.ts';
import { blank, cut, type Line, line, type Span, span, wrap } from '../../plain/line.ts';
import type { Look } from '../question/choices.ts';
import type { Row } from '../scroll.ts';

const signOf = (met: boolean | undefined, { glyphs }: Pick<Look, 'glyphs'>): Span =>
  met === undefined ? span(glyphs.open, 'dim') : met ? span(glyphs.tick, 'good') : span(glyphs.cross, 'bad');

const said = (text: string, width: number, indent = '', tone?: 'dim' | 'warn' | 'bad' | 'good'): Line[] =>
  wrap(text, Math.max(1, width - indent.length)).map(part => line(indent, span(part, tone)));

/** What the task is, and what was measured of it. */
export const taskRows = (
  { title, items }: Step,
  challenge: Challenge,
  grade: Grade | undefined,
  look: Look,
): Row[] => {
  const { width, render } = look;
  const texts = items.flatMap((item): Row[] =>
    item.kind === 'text' ? [...render(item.markdown, width), blank] : [],
  );
  return [
    line(span(title, 'strong')),
    blank,
    ...texts,
    line(span('Goals, measured on the running stack', 'accent')),
    ...goalRows(challenge, grade, look),
    blank,
    ...said(challengeScore, width, '', 'dim'),
  ];
};

/** Each goal with what was measured of it. */
const goalRows = (challenge: Challenge, grade: Grade | undefined, look: Look): Row[] => {
  const { width } = look;
  return goalWords(challenge, grade, width - 4).flatMap(({ text, met, observed, details }): Row[] => [
    ...wrap(text, width - 4).map((part, at) =>
      at === 0 ? line('  ', signOf(met, look), ' ', span(part)) : line('    ', span(part)),
    ),
    ...(observed === undefined ? [] : said(observed, width, '    ', met ? 'dim' : 'warn')),
    ...details.flatMap(text => said(text, width, '    ', 'dim')),
  ]);
};

/** A way to do it, and what is only nearly one: for whom has passed or given up. */
export const solutionRows = (challenge: Challenge, { width, glyphs }: Look): Row[] => {
  const near = nearMissWords(challenge);
  return [
    line(span('One way to do it', 'accent')),
    ...commandsOf(challenge.solution).flatMap(text => said(text, width, '    ')),
    ...(near.length === 0 ? [] : [blank, line(span('Nearly, and not enough', 'accent'))]),
    ...near.flatMap(({ lesson, commands }): Row[] => [
      ...wrap(lesson, width - 4).map((part, at) =>
        at === 0 ? line('  ', span(glyphs.cross, 'bad'), ' ', span(part)) : line('    ', span(part)),
      ),
      ...commands.flatMap(text => said(text, width, '      ', 'dim')),
    ]),
  ];
};

/** A goal a line, above the prompt; all of them in one line where there is little room. */
export const paneRows = (
  challenge: Challenge,
  grade: Grade | undefined,
  { width, height }: { width: number; height: number },
  look: Pick<Look, 'glyphs'>,
): Row[] => {
  const { ellipsis } = look.glyphs;
  const goals = goalWords(challenge, grade, width);
  const met = goals.filter(goal => goal.met).length;
  const state = grade ? `${met} of ${goals.length} met at the last grading` : 'not measured yet';
  const head = line(span('Goals', 'accent'), span(`  ${state}`, 'dim'));
  if (goals.length + 2 > height / 2)
    return [line(...head, span(cut('  "goals" shows them', Math.max(0, width - 40), ellipsis), 'dim'))];
  return [
    head,
    ...goals.map(goal =>
      line(signOf(goal.met, look), ' ', span(cut(goal.text, Math.max(1, width - 2), ellipsis))),
    ),
    blank,
  ];
};
