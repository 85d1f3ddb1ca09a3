import { lazy, Suspense, useReducer, useRef } from 'react';
import type { Course, Quiz as QuizFile } from '../../course/model.ts';
import { taughtAt } from '../../course/sections.ts';
import type { Grade } from '../../lab/challenge/run.ts';
import { measurementsOf } from '../../plain/challenge-words.ts';
import { entry, type Progress, quizProgress } from '../../progress/progress.ts';
import { gainOf } from '../../quiz/gain.ts';
import { isFinished, isSolved } from '../../quiz/question-state.ts';
import { answersOf, currentQuestion, quizReducer } from '../../quiz/quiz-state.ts';
import { Message } from '../components/message.tsx';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { type QuizRunStart, startRun, useQuizRecord } from '../hooks/use-quiz-record.ts';
import { followRuns, type RunEvent, type Runs } from '../section/run.ts';
import { Section } from '../section/section.tsx';
import { useShell } from '../shell.ts';
import { Result } from './result.tsx';

// Few questions are challenges, and the lab comes with them.
const Challenge = lazy(async () => ({ default: (await import('./challenge.tsx')).Challenge }));

type Props = { quiz: string; only?: readonly string[] | undefined };

/** Waits for what a quiz needs; then it is there for good. */
export const Quiz = ({ quiz: id, only }: Props) => {
  const { course, progress, markdown: render } = useShell();
  if (course.state === 'failed') return <Message title="Quiz" text={course.error} />;
  if (course.state === 'loading' || !progress.progress || !render) return <Message title="Quiz" text="" />;
  const quiz = course.course.quizzes.find(candidate => candidate.id === id);
  if (!quiz || quiz.questions.length === 0) {
    return <Message title="Quiz" text={`There is no quiz "${id}" with questions in this course.`} />;
  }
  return (
    <Questions course={course.course} quiz={quiz} only={only} progress={progress.progress} render={render} />
  );
};

type QuestionsProps = {
  course: Course;
  quiz: QuizFile;
  only: readonly string[] | undefined;
  progress: Progress;
  render: RenderMarkdown;
};

const Questions = ({ course, quiz, only, progress, render }: QuestionsProps) => {
  const begin = useRef<QuizRunStart>(undefined);
  begin.current ??= startRun(course, quiz, progress, only);
  const [state, dispatch] = useReducer(quizReducer, begin.current.state);
  useQuizRecord(course.id, begin.current, state);
  const { record, progress: known } = useShell().progress;
  const [runs, follow] = useReducer(followQuestion, {});
  if (state.finished) {
    const { pretest } = quizProgress(progress, course.id, quiz.file);
    const gain = pretest && !state.practice ? gainOf(pretest.questions, answersOf(state)) : undefined;
    return <Result state={state} quiz={quiz.id} gain={gain} render={render} />;
  }
  const question = currentQuestion(state);
  const step = quiz.questions.find(({ id }) => id === question?.id);
  if (!question || !step) throw new Error(`there is no question ${state.current}`);
  const position = `question ${state.current + 1} of ${state.questions.length}`;
  const taught = taughtAt(course, step).map(({ lesson, step: at }) => `${lesson.title}: ${at.title}`);
  const next = () => dispatch({ type: 'next' });
  const detail = state.practice ? `practice, ${position}` : position;
  if (question.question.kind === 'challenge') {
    const passed = entry(quizProgress(known ?? progress, course.id, quiz.file).challenges ?? {}, step.id);
    const keep = (grade: Grade) =>
      record({
        type: 'challenge-passed',
        course: course.id,
        at: Date.now(),
        file: quiz.file,
        question: step.id,
        evidence: { run: grade.runId, measurements: measurementsOf(grade) },
      });
    return (
      <Suspense fallback={<Message title={state.title} text="" />}>
        <Challenge
          key={step.id}
          title={state.title}
          detail={detail}
          step={step}
          challenge={question.question.challenge}
          outcome={isFinished(question) ? (isSolved(question) ? 'passed' : 'not passed') : undefined}
          before={passed && new Date(passed.at).toISOString().slice(0, 10)}
          render={render}
          onPassed={keep}
          onAnswer={won => dispatch({ type: 'answer', answer: { kind: 'challenge', passed: won } })}
          onDone={next}
        />
      </Suspense>
    );
  }
  return (
    <Section
      title={state.title}
      detail={detail}
      state={{ step, question, hints: question.hintsShown, runs: runs[question.id] ?? {}, taught }}
      render={render}
      onAnswer={answer => dispatch({ type: 'answer', answer })}
      onHint={() => dispatch({ type: 'hint' })}
      onRun={(item, event) => follow({ question: question.id, item, event })}
      next={isFinished(question) ? next : undefined}
      onDone={next}
    />
  );
};

type QuestionRuns = Readonly<Record<string, Runs>>;
type QuestionRunEvent = { question: string; item: number; event: RunEvent };

/** What the stack answers to predictions is of no importance for the score, so it is not kept with the answers. */
const followQuestion = (runs: QuestionRuns, { question, item, event }: QuestionRunEvent): QuestionRuns => ({
  ...runs,
  [question]: followRuns(runs[question] ?? {}, item, event),
});
