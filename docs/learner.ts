/** Somebody who has learned for a while, for the pictures of progress and result. The answers are made up. */
import type { Course, Quiz } from '../src/course/model.ts';
import { questionOf } from '../src/course/sections.ts';
import { applyEvents, type ProgressEvent } from '../src/progress/events.ts';
import { emptyProgress, type Progress } from '../src/progress/progress.ts';
import { quizEvents } from '../src/progress/quiz-events.ts';
import { type Answer, solution } from '../src/quiz/answer.ts';
import { pretestQuestions } from '../src/quiz/pretest.ts';
import { isFinished, type QuestionState } from '../src/quiz/question-state.ts';
import { currentQuestion, quizReducer, startQuiz } from '../src/quiz/quiz-state.ts';

const seed = 1;
const lessonsDone = 9;
const quizzesTaken = ['components', 'spof', 'request', 'repairs'];
/** The last question that was answered, where the result was not looked at. */
const leftAt: Readonly<Record<string, number>> = { request: -1, repairs: 3 };
/** Every so many predictions and choices one is wrong at first. */
const wrongEvery = 5;

export const learnerOf = (course: Course, now: number): Progress => {
  const at = now - 60_000;
  const lessons = course.lessons.slice(0, lessonsDone).flatMap(({ file, steps }) =>
    steps.flatMap((step, index): ProgressEvent[] => {
      const place = { course: course.id, at, file, step: step.id };
      const question = questionOf(step);
      const option =
        question?.kind === 'prediction' &&
        question.options.find(({ correct }) => correct === (index % wrongEvery !== 0));
      return [
        { ...place, type: 'step-seen' },
        ...(option
          ? [{ ...place, type: 'predicted' as const, option: option.id, right: option.correct }]
          : []),
        { ...place, type: 'step-done' },
      ];
    }),
  );
  const quizzes = course.quizzes.flatMap(quiz =>
    quizzesTaken.includes(quiz.id) ? quizRun(course, quiz, at) : [],
  );
  return applyEvents(emptyProgress(seed), [...lessons, ...quizzes]);
};

const quizRun = (course: Course, quiz: Quiz, at: number): ProgressEvent[] => {
  const place = { course: course.id, at, file: quiz.file };
  const run = `run-${quiz.id}`;
  const pretest = pretestQuestions(quiz, course, seed);
  const events: ProgressEvent[] = [
    { ...place, type: 'pretested', questions: Object.fromEntries(pretest.map(({ id }) => [id, null])) },
    { ...place, type: 'run-started', run, seed, practice: false },
  ];
  let state = startQuiz({ quiz, course: course.id, seed });
  for (let before = state; !state.finished; before = state) {
    const question = currentQuestion(state);
    if (!question) break;
    if (!isFinished(question))
      state = quizReducer(state, { type: 'answer', answer: answerTo(question, state.current) });
    else if (question === state.questions.at(leftAt[quiz.id] ?? Infinity)) break;
    else state = quizReducer(state, { type: 'next' });
    if (question.question.kind === 'challenge' && before !== state && !state.finished)
      events.push({
        ...place,
        type: 'challenge-passed',
        question: question.id,
        evidence: { run, measurements: {} },
      });
    events.push(...quizEvents(before, state, { course: course.id, run, at }));
  }
  return events;
};

const answerTo = ({ question, key, attempts }: QuestionState, index: number): Answer => {
  const wrong =
    question.kind === 'choice' && attempts.length === 0 && index % wrongEvery === 1
      ? question.options.find(({ correct }) => !correct)
      : undefined;
  return wrong ? { kind: 'choice', option: wrong.id } : solution(question, key);
};
