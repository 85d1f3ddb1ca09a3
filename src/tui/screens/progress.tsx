import { gainWords } from '../../plain/gain-words.ts';
import { blank, cells, clip, column, type Line, line, span, wrap } from '../../plain/line.ts';
import { masteryWords } from '../../plain/mastery-words.ts';
import { reviewWords } from '../../plain/review-words.ts';
import { type ReviewSummary, reviewSummary } from '../../progress/due.ts';
import type { Summary } from '../../progress/summary.ts';
import { Body, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Message } from '../components/message.tsx';
import { progressBar } from '../components/progress-bar.ts';
import { useReview } from '../hooks/use-review.ts';
import { useScroll } from '../hooks/use-scroll.ts';
import { useSummary } from '../hooks/use-summary.ts';
import { type Shell, useShell } from '../shell.ts';
import { lessonEntry, quizEntry } from './lists.tsx';

export const Progress = () => {
  const { course } = useShell();
  const summary = useSummary();
  if (course.state === 'failed') return <Message title="Progress" text={course.error} />;
  return summary ? <Done summary={summary} /> : <Message title="Progress" text="" />;
};

const Done = ({ summary }: { summary: Summary }) => {
  const shell = useShell();
  const { layout } = shell;
  const items = useReview();
  const review = items && reviewSummary(items, shell.now());
  const composed = { before: rowsOf(summary, review, shell), live: 0, after: [] };
  const scroll = useScroll(composedRows(composed), layout.text.height);
  return (
    <Frame mode="page" title="Progress" scroll={scroll} handlers={scroll.handlers}>
      <Body of={composed} rect={layout.text} top={scroll.top} />
    </Frame>
  );
};

const barWidth = 12;

const upperFirst = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const rowsOf = (
  { lessons, quizzes }: Summary,
  review: ReviewSummary | undefined,
  { layout, glyphs, progress, now: clock }: Shell,
): Line[] => {
  const now = clock();
  const { width } = layout.text;
  const entries = [
    ...lessons.map(lesson => lessonEntry(lesson, glyphs)),
    ...quizzes.map(quiz => quizEntry(quiz, glyphs)),
    ...quizzes.flatMap(quiz =>
      quiz.challenges.length > 0 ? { title: quiz.title, note: masteryWords(quiz) } : [],
    ),
  ];
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(cells));
  const room = width - barWidth - longest(entries.map(({ note }) => note)) - 6;
  const titleWidth = Math.max(10, Math.min(longest(entries.map(({ title }) => title)), room));
  const row = (sign: string, title: string, share: number, note: string): Line => {
    return clip(
      line(
        `${sign} `,
        column(title, titleWidth, glyphs.ellipsis),
        '  ',
        ...progressBar(share, barWidth, glyphs),
        span(`  ${note}`, 'dim'),
      ),
      width,
      glyphs.ellipsis,
    );
  };
  const { asked, right } = lessons
    .map(({ predictions }) => predictions)
    .reduce((sum, { answered, right: good }) => ({ asked: sum.asked + answered, right: sum.right + good }), {
      asked: 0,
      right: 0,
    });
  const challenging = quizzes.filter(({ challenges }) => challenges.length > 0);
  const masteryRows =
    challenging.length === 0
      ? []
      : [
          blank,
          line(span('Mastery: quiz and challenge', 'strong')),
          ...challenging.map(quiz => {
            const { share, reached } = quiz.mastery;
            const sign = reached ? glyphs.tick : share > 0 ? glyphs.half : glyphs.open;
            return row(sign, quiz.title, share, masteryWords(quiz));
          }),
        ];
  const gains = quizzes.filter(({ gain }) => gain !== null);
  const more: Line[] = [
    ...(gains.length > 0 ? [blank, line(span('Gain', 'strong'))] : []),
    ...gains.flatMap(({ title, gain }) =>
      gain ? wrap(`${title}: ${gainWords(gain)}`, width).map(text => line(text)) : [],
    ),
    blank,
    line(span('Review', 'strong')),
    line(review && review.scheduled > 0 ? upperFirst(reviewWords(review, now)) : 'Nothing yet.'),
  ];
  return [
    line(span('Lessons', 'strong')),
    ...lessons.map(lesson => {
      const { sign, title, note } = lessonEntry(lesson, glyphs);
      return row(sign, title, lesson.steps === 0 ? 0 : lesson.done / lesson.steps, note);
    }),
    blank,
    line(span('Quizzes', 'strong')),
    ...quizzes.map(quiz => {
      const { sign, title, note } = quizEntry(quiz, glyphs);
      // Of a quiz that was never finished, what it has brought so far.
      const share = quiz.best?.share ?? (quiz.pointsSoFar ?? 0) / Math.max(1, quiz.questions);
      return row(sign, title, share, note);
    }),
    ...masteryRows,
    blank,
    line(span('Predictions', 'strong')),
    line(asked === 0 ? 'None yet.' : `${right} of ${asked} were right.`),
    ...more,
    ...progress.notices.flatMap(notice => [
      blank,
      ...wrap(notice, width).map(text => line(span(text, 'warn'))),
    ]),
  ];
};
