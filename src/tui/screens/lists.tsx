import type { Lesson, Quiz } from '../../course/model.ts';
import type { Glyphs } from '../../plain/glyphs.ts';
import { counted } from '../../plain/text.ts';
import type { LessonSummary, QuizSummary } from '../../progress/summary.ts';
import { percent } from '../../quiz/score.ts';
import { Message } from '../components/message.tsx';
import { useSummary } from '../hooks/use-summary.ts';
import { lessonScreen } from '../lesson-screen.ts';
import { useShell } from '../shell.ts';
import { List, type ListEntry } from './list.tsx';

export const lessonEntry = (
  { id, title, state, done, steps }: LessonSummary,
  glyphs: Glyphs,
  about?: Lesson | Quiz,
): ListEntry => ({
  id,
  title,
  sign: { new: glyphs.open, begun: glyphs.half, done: glyphs.tick }[state],
  note: { new: 'new', begun: `${done} of ${steps} steps`, done: 'done' }[state],
  done: state === 'done',
  ...aboutOf(about),
});

const aboutOf = (file: Lesson | Quiz | undefined): Pick<ListEntry, 'minutes' | 'objectives'> =>
  file ? { minutes: file.minutes, objectives: file.objectives } : {};

export const quizEntry = (
  { id, title, best, passed, halfWay, pointsSoFar, questions, challenges }: QuizSummary,
  glyphs: Glyphs,
  about?: Lesson | Quiz,
): ListEntry => {
  const open =
    halfWay === null ? [] : [`${halfWay} of ${questions} begun, ${counted(pointsSoFar ?? 0, 'point')}`];
  const score = best ? [`best ${percent(best.share)}${passed ? ', passed' : ''}`] : [];
  return {
    id,
    title,
    sign: passed ? glyphs.tick : best || halfWay !== null ? glyphs.half : glyphs.open,
    note:
      [...score, ...open].join(', ') ||
      (questions === challenges.length
        ? counted(challenges.length, 'challenge')
        : counted(questions, 'question')),
    done: passed,
    ...aboutOf(about),
  };
};

export const Lessons = () => {
  const { course, glyphs, navigate, progress } = useShell();
  const summary = useSummary();
  if (course.state === 'failed') return <Message title="Lessons" text={course.error} />;
  const files = course.state === 'ready' ? course.course : undefined;
  if (!summary) return <Message title="Lessons" text="" />;
  return (
    <List
      title="Lessons"
      entries={summary.lessons.map((lesson, index) => lessonEntry(lesson, glyphs, files?.lessons[index]))}
      empty="This course has no lessons."
      onOpen={lesson => navigate({ type: 'open', screen: lessonScreen(lesson, files, progress.progress) })}
    />
  );
};

export const Quizzes = () => {
  const { course, glyphs, navigate } = useShell();
  const summary = useSummary();
  if (course.state === 'failed') return <Message title="Quizzes" text={course.error} />;
  const files = course.state === 'ready' ? course.course : undefined;
  if (!summary) return <Message title="Quizzes" text="" />;
  return (
    <List
      title="Quizzes"
      entries={summary.quizzes.map((quiz, index) => quizEntry(quiz, glyphs, files?.quizzes[index]))}
      empty="This course has no quizzes."
      onOpen={quiz => navigate({ type: 'open', screen: { name: 'quiz', quiz } })}
    />
  );
};
