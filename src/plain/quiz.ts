import type { Course, Quiz } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import { renderMarkdown } from '../course/terminal-text.ts';
import { runBlock } from '../lab/run.ts';
import { openRun, quizProgress } from '../progress/progress.ts';
import { quizEvents } from '../progress/quiz-events.ts';
import type { ProgressStore } from '../progress/store.ts';
import { presented } from '../quiz/presented.ts';
import {
  explanations,
  isFinished,
  isSolved,
  type QuestionState,
  shownHints,
  triesLeft,
} from '../quiz/question-state.ts';
import {
  currentQuestion,
  type QuizAction,
  type QuizState,
  quizReducer,
  quizResult,
  startQuiz,
  wrongOnes,
} from '../quiz/quiz-state.ts';
import type { Stack } from '../stack/stack.ts';
import type { Console } from './console.ts';
import { glyphsFor } from './glyphs.ts';
import { labPrinter } from './lab-lines.ts';
import { askQuestion, questionLines } from './question.ts';

export interface QuizRunOptions {
  course: Course;
  quiz: Quiz;
  console: Console;
  store: ProgressStore;
  openStack(): Promise<Stack>;
  signal: AbortSignal;
}

/** Asks a quiz line by line; what is left half-way is gone on with the next time. */
export const playQuiz = async (options: QuizRunOptions, practise?: string[]): Promise<void> => {
  const { course, quiz, console, store, signal } = options;
  const begun = practise ? undefined : openRun(quizProgress(store.progress(), course.id, quiz.file));
  const run = begun?.id ?? crypto.randomUUID();
  const seed = begun?.run.seed ?? store.progress().seed;
  const place = { course: course.id, file: quiz.file, run };
  if (!begun)
    await store.record({
      ...place,
      type: 'run-started',
      seed,
      practice: practise !== undefined,
      at: Date.now(),
    });
  let state = startQuiz({
    quiz,
    course: course.id,
    seed,
    ...(practise ? { only: practise } : {}),
    ...(begun ? { answers: begun.run.answers } : {}),
  });
  const act = async (action: QuizAction): Promise<void> => {
    const next = quizReducer(state, action);
    const warning = await store.record(
      ...quizEvents(state, next, { course: course.id, run, at: Date.now() }),
    );
    if (warning) console.out(warning);
    state = next;
  };

  console.out(quiz.title, '='.repeat(quiz.title.length));
  if (begun) console.out('', 'You left this quiz half-way; it goes on where you were.');
  while (!state.finished && !signal.aborted) {
    const question = currentQuestion(state);
    if (!question) break;
    if (!(await askOne(options, () => state, act, question))) {
      console.out('', 'Left half-way; your answers are kept.');
      return;
    }
    await act({ type: 'next' });
  }
  if (signal.aborted) return;
  const wrong = showResult(state, console);
  if (wrong.length === 0) return;
  const again = await console.ask(
    '\nPractise what was not right at once? It does not change the score. [y/N] ',
  );
  if (again?.trim().toLowerCase() === 'y') await playQuiz(options, wrong);
};

/** Whether the question was finished. */
const askOne = async (
  options: QuizRunOptions,
  now: () => QuizState,
  act: (action: QuizAction) => Promise<void>,
  { id, question, key, title }: QuestionState,
): Promise<boolean> => {
  const { quiz, console } = options;
  const { tick, cross } = glyphsFor(console.ascii);
  const shown = presented(question, key);
  const current = (): QuestionState => currentQuestion(now()) as QuestionState;
  const heading = `${now().current + 1} of ${now().questions.length}: ${plainText(title)}`;
  const step = quiz.questions.find(candidate => candidate.id === id);
  console.out('', heading, '-'.repeat(heading.length));
  for (const item of step?.items ?? []) if (item.kind === 'text') printMarkdown(item.markdown, console);
  printMarkdown(shown.prompt, console);
  console.out('', ...questionLines(shown, plainText), '');
  while (!isFinished(current())) {
    const answer = await askQuestion(shown, console, () => {
      const before = current().hintsShown;
      void act({ type: 'hint' });
      const hint = shownHints(current()).at(-1);
      console.out(
        hint && current().hintsShown > before ? `Hint: ${plainText(hint)}` : 'There is no other hint.',
      );
    });
    if (!answer || options.signal.aborted) return false;
    await act({ type: 'answer', answer });
    const { message } = current();
    if (message) console.out(message);
    else if (isSolved(current())) console.out(`${tick} Right.`);
    else
      console.out(
        `${cross} Not right.${triesLeft(current()) > 0 ? ` Tries left: ${triesLeft(current())}.` : ''}`,
      );
    if (!isFinished(current())) showExplanations(current(), console);
  }
  const lab = step?.items.find(item => item.kind === 'lab')?.lab;
  if (lab) {
    const { signal, openStack } = options;
    await runBlock(lab, await openStack(), { signal, ...labPrinter(console) });
  }
  showExplanations(current(), console);
  return true;
};

const showExplanations = (state: QuestionState, console: Console): void => {
  const { tick, cross } = glyphsFor(console.ascii);
  const markdownOf = new Map(
    'options' in state.question ? state.question.options.map(o => [o.id, o.markdown]) : [],
  );
  for (const { option, correct, markdown } of explanations(state)) {
    const text = option ? `${plainText(markdownOf.get(option) ?? '')}: ` : '';
    console.out(`  ${correct ? tick : cross} ${text}${plainText(markdown)}`);
  }
};

/** Prints the result and returns what is worth practising. */
const showResult = (state: QuizState, console: Console): string[] => {
  const result = quizResult(state);
  const { tick, cross } = glyphsFor(console.ascii);
  const points = `${result.points} of ${result.outOf} points (${Math.round(result.share * 100)} %)`;
  const verdict = result.passed
    ? `${tick} passed`
    : `${cross} not passed yet, ${Math.round(state.pass * 100)} % passes`;
  console.out('', result.practice ? `Practice: ${points}` : `${points}: ${verdict}`, '');
  for (const { title, credit } of result.questions)
    console.out(
      `  ${credit === 1 ? tick : credit > 0 ? '~' : cross} ${credit.toFixed(2)}  ${plainText(title)}`,
    );
  return wrongOnes(result);
};

const printMarkdown = (markdown: string, console: Console): void =>
  console.out('', ...renderMarkdown(markdown, console.width, { color: console.color, ascii: console.ascii }));
