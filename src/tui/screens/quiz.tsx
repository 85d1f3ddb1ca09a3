import { Box } from 'ink';
import { useReducer, useRef } from 'react';
import type { Course, Quiz as QuizFile } from '../../course/model.ts';
import { blank, line, span } from '../../plain/line.ts';
import type { Progress } from '../../progress/progress.ts';
import { isFinished, shownHints } from '../../quiz/question-state.ts';
import { currentQuestion, type QuizAction, type QuizState, quizReducer } from '../../quiz/quiz-state.ts';
import { Body, type Composed, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Message } from '../components/message.tsx';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { type QuizRunStart, startRun, useQuizRecord } from '../hooks/use-quiz-record.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import { finishedRows } from '../question/texts.ts';
import { cursorVisible, useQuestion } from '../question/use-question.tsx';
import type { Row } from '../scroll.ts';
import { useShell } from '../shell.ts';
import { Result } from './result.tsx';

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
  if (state.finished) return <Result state={state} quiz={quiz.id} render={render} />;
  return <Ask state={state} dispatch={dispatch} render={render} />;
};

type AskProps = { state: QuizState; dispatch: (action: QuizAction) => void; render: RenderMarkdown };

const Ask = ({ state, dispatch, render }: AskProps) => {
  const { layout, glyphs } = useShell();
  const question = currentQuestion(state);
  if (!question) throw new Error(`there is no question ${state.current}`);
  const finished = isFinished(question);
  const { width, height } = layout.text;
  const look = { width, glyphs, render };
  const hints: Row[] = shownHints(question).flatMap(text => [
    blank,
    line(span('Hint', 'accent')),
    ...render(text, width),
  ]);
  const title: Row[] = [line(span(question.title, 'strong')), blank];
  const live = useQuestion(finished ? undefined : question, {
    look,
    onAnswer: answer => dispatch({ type: 'answer', answer }),
    onCursor: ({ from, to }) => scroll.reveal(composed.before.length + from, composed.before.length + to),
  });
  const composed: Composed = live
    ? { before: [...title, ...live.before], live: live.live, after: [...hints, ...live.after] }
    : { before: [...title, ...finishedRows(question, look)], live: 0, after: [] };
  const scroll = useScroll(composedRows(composed), height, question.id);
  const moment = [question.attempts.length, question.message, question.hintsShown].join();
  useChange(question.id, moment, () =>
    finished ? scroll.to(0) : scroll.reveal(composed.before.length, scroll.total),
  );
  // No option is answered with, and no explanation left, that has not been on screen.
  const choosing = live !== undefined && cursorVisible(live, composed.before.length, scroll);
  const enter = () => {
    if (!scroll.atEnd) scroll.handlers.pageDown?.();
    else if (live) scroll.reveal(composed.before.length + live.cursor.from, scroll.total);
    else dispatch({ type: 'next' });
  };
  const position = `question ${state.current + 1} of ${state.questions.length}`;
  return (
    <Frame
      mode={choosing ? live.mode : 'read'}
      title={state.title}
      detail={state.practice ? `practice, ${position}` : position}
      scroll={scroll}
      handlers={{
        ...scroll.handlers,
        mark: live?.mark,
        enter,
        ...(question.hintsShown < question.hints.length && !finished
          ? { hint: () => dispatch({ type: 'hint' }) }
          : {}),
      }}
    >
      <Box>
        <Body of={composed} rect={layout.text} top={scroll.top}>
          {live?.element(choosing)}
        </Body>
      </Box>
    </Frame>
  );
};
