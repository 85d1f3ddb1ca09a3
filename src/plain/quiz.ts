import type { Challenge, Course, Quiz, Step } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import type { Grade } from '../lab/challenge/run.ts';
import { entry, openRun, quizProgress } from '../progress/progress.ts';
import { quizEvents } from '../progress/quiz-events.ts';
import type { ProgressStore } from '../progress/store.ts';
import { gainOf } from '../quiz/gain.ts';
import type { QuestionAction, QuestionState } from '../quiz/question-state.ts';
import {
  answersOf,
  currentQuestion,
  type QuizAction,
  type QuizState,
  quizReducer,
  quizResult,
  startQuiz,
  wrongOnes,
} from '../quiz/quiz-state.ts';
import { measurementsOf } from './challenge-words.ts';
import { resultLines } from './quiz-result.ts';
import { type Played, playSection, type Room } from './section.ts';
import { counted, hanging, heading } from './text.ts';

export interface QuizRun extends Room {
  course: Course;
  quiz: Quiz;
  store: ProgressStore;
}

/** Asks a quiz line by line; one that was left half-way goes on where it was. */
export const playQuiz = async (run: QuizRun): Promise<void> => {
  const { course, quiz, console, store } = run;
  const begun = openRun(quizProgress(store.progress(), course.id, quiz.file));
  const id = begun?.id ?? crypto.randomUUID();
  const seed = begun?.run.seed ?? store.progress().seed;
  const start = startQuiz({ quiz, course: course.id, seed, ...(begun && { answers: begun.run.answers }) });
  console.out(
    '',
    ...hanging(
      '',
      `Quiz: ${plainText(quiz.title)}. ${counted(start.questions.length, 'question')}.`,
      console.width,
    ),
    ...(begun ? ['You left it half-way: it goes on where you were.'] : []),
  );
  if (!begun) await startRun(run, id, seed, false);
  await playRun(run, id, start);
};

const startRun = async (
  { course, quiz, store, console }: QuizRun,
  id: string,
  seed: number,
  practice: boolean,
): Promise<void> => {
  const place = { course: course.id, file: quiz.file, run: id, at: Date.now() };
  const warning = await store.record({ ...place, type: 'run-started', seed, practice });
  if (warning) console.note(warning);
};

const playRun = async (run: QuizRun, id: string, start: QuizState): Promise<void> => {
  const { course, quiz, console, store, signal } = run;
  let state = start;
  const act = async (action: QuizAction): Promise<void> => {
    const next = quizReducer(state, action);
    const events = quizEvents(state, next, { course: course.id, run: id, at: Date.now() });
    state = next;
    const warning = events.length > 0 ? await store.record(...events) : undefined;
    if (warning) console.note(warning);
  };
  const current = (): QuestionState => {
    const question = currentQuestion(state);
    if (!question) throw new Error(`${quiz.file} has no question ${state.current + 1}`);
    return question;
  };

  while (!state.finished) {
    const question = current();
    const step = quiz.questions.find(({ id: of }) => of === question.id) as Step;
    console.out(
      ...heading(`Question ${state.current + 1} of ${state.questions.length}: ${plainText(question.title)}`),
    );
    const asked = async (action: QuestionAction): Promise<QuestionState> => {
      await act(action);
      return current();
    };
    const { end } =
      question.question.kind === 'challenge'
        ? await askChallenge(step, question.question.challenge, asked, run)
        : await playSection(step, question, asked, run);
    if (end === 'left' || signal.aborted) {
      console.out('', 'You left half-way. Your answers are kept, and the quiz goes on here the next time.');
      return;
    }
    await act({ type: 'next' });
  }
  const result = quizResult(state);
  const pretest = quizProgress(store.progress(), course.id, quiz.file).pretest;
  const gain = pretest && !state.practice ? gainOf(pretest.questions, answersOf(state)) : undefined;
  console.out(...resultLines(result, state.pass, console.width, gain));
  await offerPractice(run, wrongOnes(result));
};

const askChallenge = async (
  step: Step,
  challenge: Challenge,
  act: (action: QuestionAction) => Promise<unknown>,
  run: QuizRun,
): Promise<Pick<Played, 'end'>> => {
  const { course, quiz, store, console } = run;
  const passed = entry(quizProgress(store.progress(), course.id, quiz.file).challenges ?? {}, step.id);
  const { playChallenge } = await import('./challenge.ts');
  const onPassed = async (grade: Grade): Promise<void> => {
    const warning = await store.record({
      type: 'challenge-passed',
      course: course.id,
      at: Date.now(),
      file: quiz.file,
      question: step.id,
      evidence: { run: grade.runId, measurements: measurementsOf(grade) },
    });
    if (warning) console.note(warning);
  };
  const before = passed && new Date(passed.at).toISOString().slice(0, 10);
  const outcome = await playChallenge({ step, challenge, before, onPassed }, run);
  if (!outcome) return { end: 'left' };
  await act({ type: 'answer', answer: { kind: 'challenge', passed: outcome === 'passed' } });
  return { end: 'done' };
};

const offerPractice = async (run: QuizRun, wrong: string[]): Promise<void> => {
  const { course, quiz, console, store, signal } = run;
  if (wrong.length === 0 || signal.aborted) return;
  console.out('');
  const again = await console.ask(
    `Practise the ${counted(wrong.length, 'question')} again, without a score? y or n: `,
  );
  if (!/^y(es)?$/i.test(again?.trim() ?? '')) return;
  const id = crypto.randomUUID();
  const { seed } = store.progress();
  await startRun(run, id, seed, true);
  await playRun(run, id, startQuiz({ quiz, course: course.id, seed, only: wrong }));
};
