import type { Glyphs } from '../../plain/glyphs.ts';
import type { LessonSummary, QuizSummary } from '../../progress/summary.ts';
import { percent } from '../../quiz/score.ts';
import { Message } from '../components/message.tsx';
import { useSummary } from '../hooks/use-summary.ts';
import { useShell } from '../shell.ts';
import { List, type ListEntry } from './list.tsx';

export const lessonEntry = ({ id, title, state, done, steps }: LessonSummary, glyphs: Glyphs): ListEntry => ({
  id,
  title,
  sign: { new: glyphs.open, begun: glyphs.half, done: glyphs.tick }[state],
  note: { new: 'new', begun: `${done} of ${steps} steps`, done: 'done' }[state],
  done: state === 'done',
});

export const quizEntry = (
  { id, title, best, passed, halfWay, questions }: QuizSummary,
  glyphs: Glyphs,
): ListEntry => {
  const open = halfWay === null ? [] : [`${halfWay} of ${questions} begun`];
  const score = best ? [`best ${percent(best.share)}${passed ? ', passed' : ''}`] : [];
  return {
    id,
    title,
    sign: passed ? glyphs.tick : best || halfWay !== null ? glyphs.half : glyphs.open,
    note: [...score, ...open].join(', ') || `${questions} questions`,
    done: passed,
  };
};

export const Lessons = () => {
  const { course, glyphs, navigate } = useShell();
  const summary = useSummary();
  if (course.state === 'failed') return <Message title="Lessons" text={course.error} />;
  if (!summary) return <Message title="Lessons" text="" />;
  return (
    <List
      title="Lessons"
      entries={summary.lessons.map(lesson => lessonEntry(lesson, glyphs))}
      empty="This course has no lessons."
      onOpen={lesson => navigate({ type: 'open', screen: { name: 'lesson', lesson } })}
    />
  );
};

export const Quizzes = () => {
  const { course, glyphs, navigate } = useShell();
  const summary = useSummary();
  if (course.state === 'failed') return <Message title="Quizzes" text={course.error} />;
  if (!summary) return <Message title="Quizzes" text="" />;
  return (
    <List
      title="Quizzes"
      entries={summary.quizzes.map(quiz => quizEntry(quiz, glyphs))}
      empty="This course has no quizzes."
      onOpen={quiz => navigate({ type: 'open', screen: { name: 'quiz', quiz } })}
    />
  );
};
