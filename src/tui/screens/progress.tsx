import { blank, cells, clip, column, type Line, line, span, wrap } from '../../plain/line.ts';
import type { Summary } from '../../progress/summary.ts';
import { Body, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Message } from '../components/message.tsx';
import { progressBar } from '../components/progress-bar.ts';
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
  const composed = { before: rowsOf(summary, shell), live: 0, after: [] };
  const scroll = useScroll(composedRows(composed), layout.text.height);
  return (
    <Frame mode="page" title="Progress" scroll={scroll} handlers={scroll.handlers}>
      <Body of={composed} rect={layout.text} top={scroll.top} />
    </Frame>
  );
};

const barWidth = 12;

const rowsOf = ({ lessons, quizzes }: Summary, { layout, glyphs, progress }: Shell): Line[] => {
  const { width } = layout.text;
  const entries = [
    ...lessons.map(lesson => lessonEntry(lesson, glyphs)),
    ...quizzes.map(quiz => quizEntry(quiz, glyphs)),
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
      return row(sign, title, quiz.best?.share ?? 0, note);
    }),
    blank,
    line(span('Predictions', 'strong')),
    line(asked === 0 ? 'None yet.' : `${right} of ${asked} were right.`),
    ...progress.notices.flatMap(notice => [
      blank,
      ...wrap(notice, width).map(text => line(span(text, 'warn'))),
    ]),
  ];
};
