import { Box } from 'ink';
import { gainWords } from '../../plain/gain-words.ts';
import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import type { Gain } from '../../quiz/gain.ts';
import { isSolved } from '../../quiz/question-state.ts';
import { type QuizState, quizResult, wrongOnes } from '../../quiz/quiz-state.ts';
import { percent } from '../../quiz/score.ts';
import { Body, type Composed, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Menu, type MenuItem } from '../components/menu.tsx';
import { progressBar } from '../components/progress-bar.ts';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { useScroll } from '../hooks/use-scroll.ts';
import { finishedRows } from '../question/texts.ts';
import type { Row } from '../scroll.ts';
import { type Shell, useShell } from '../shell.ts';

type Choice = 'practice' | 'again' | 'back';
type Props = { state: QuizState; quiz: string; gain: Gain | undefined; render: RenderMarkdown };

/** The score, what can be done next, and every question with its explanation. */
export const Result = ({ state, quiz, gain, render }: Props) => {
  const shell = useShell();
  const { layout, glyphs, navigate } = shell;
  const { width, height } = layout.text;
  const wrong = wrongOnes(quizResult(state));
  const items: MenuItem<Choice>[] = [
    ...(wrong.length > 0
      ? [
          {
            key: 'practice',
            value: 'practice' as const,
            label: `Practise what was not right at once (${wrong.length})`,
          },
        ]
      : []),
    { key: 'again', value: 'again', label: 'Take the whole quiz again' },
    { key: 'back', value: 'back', label: 'Back' },
  ];
  const choose = (choice: Choice) => {
    if (choice === 'back') return navigate({ type: 'back' });
    const only = choice === 'practice' ? { only: wrong } : {};
    navigate({ type: 'replace', screen: { name: 'quiz', quiz, ...only } });
  };
  const composed: Composed = {
    before: scoreRows(state, gain, shell),
    live: items.length,
    after: state.questions.flatMap((question): Row[] => [
      blank,
      line(
        span(isSolved(question) ? glyphs.tick : glyphs.cross, isSolved(question) ? 'good' : 'bad'),
        ' ',
        span(question.title, 'strong'),
      ),
      ...finishedRows(question, { width, glyphs, render }),
    ]),
  };
  const scroll = useScroll(composedRows(composed), height);
  return (
    <Frame mode="menu" title={state.title} detail="result" scroll={scroll} handlers={scroll.handlers}>
      <Box>
        <Body of={composed} rect={layout.text} top={scroll.top}>
          <Menu items={items} width={width} onSelect={choose} />
        </Body>
      </Box>
    </Frame>
  );
};

const scoreRows = (state: QuizState, gain: Gain | undefined, { glyphs, layout }: Shell): Line[] => {
  const { points, outOf, share, passed, practice } = quizResult(state);
  const mark = percent(state.pass);
  const { width } = layout.text;
  const verdict = practice
    ? line(span('Practice: it does not change the score.', 'dim'))
    : passed
      ? line(span(`${glyphs.tick} Passed`, 'good'), span(`, the mark is ${mark}`, 'dim'))
      : line(span(`${glyphs.cross} Not passed yet`, 'bad'), span(`, the mark is ${mark}`, 'dim'));
  return [
    line(
      span(`${points} of ${outOf} points`, 'strong'),
      `  ${percent(share)}  `,
      ...progressBar(share, Math.min(30, width - 30), glyphs),
    ),
    verdict,
    ...(gain ? wrap(gainWords(gain), width).map(text => line(text)) : []),
    ...wrap('Below stands every question with its explanation: PgDn scrolls.', width).map(text =>
      line(span(text, 'dim')),
    ),
    blank,
  ];
};
