import type { Course, Lesson } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import { onlyAsked, pretestOffer } from '../progress/pretest-offer.ts';
import type { ProgressStore } from '../progress/store.ts';
import { presented } from '../quiz/presented.ts';
import {
  isPretestOver,
  type PretestAction,
  pretestAnswers,
  pretestReducer,
  startPretest,
} from '../quiz/pretest.ts';
import type { Console } from './console.ts';
import { markdownLines } from './markdown.ts';
import { howToAnswer, questionLines, readAnswer } from './question.ts';
import { hanging, heading } from './text.ts';

interface PretestRun {
  course: Course;
  lesson: Lesson;
  store: ProgressStore;
  console: Console;
}

/** Asks before the first lesson of a unit, if somebody wants that; `false` when they leave. */
export const offerPretest = async ({ course, lesson, store, console }: PretestRun): Promise<boolean> => {
  const { out, ask, note, width } = console;
  const progress = store.progress();
  const offer = pretestOffer(course, progress, lesson.id);
  if (!offer) return true;
  const keep = async (questions: ReturnType<typeof pretestAnswers>): Promise<void> => {
    const place = { course: course.id, file: offer.quiz.file, at: Date.now() };
    const warning = await store.record({ ...place, type: 'pretested', questions });
    if (warning) note(warning);
  };
  out('', ...hanging('', pretestWords(plainText(offer.quiz.title)), width));
  const wanted = await ask('Answer them? y, or Enter to go to the lesson: ');
  if (wanted === undefined || wanted.trim().toLowerCase() === 'q') return false;
  if (!/^y(es)?$/i.test(wanted.trim())) {
    await keep({});
    return true;
  }
  const steps = offer.questions.map(onlyAsked);
  const draw = { seed: progress.seed, course: course.id, file: offer.quiz.file };
  let state = startPretest(steps, draw);
  while (!isPretestOver(state)) {
    const action = await askOnce(state, steps, console);
    if (!action) return false;
    state = pretestReducer(state, action);
    const message = state.questions[state.current]?.message;
    if (message) out(message);
  }
  await keep(pretestAnswers(state));
  out('', 'Thank you. What you have gained is shown after the quiz. Now the lesson begins.');
  return true;
};

export const pretestWords = (quiz: string): string =>
  `Three questions first? They are from the quiz "${quiz}", which comes after these lessons. They are not scored, and wrong answers are welcome: having tried helps to remember what you read, and in the end you see what you have gained.`;

const askOnce = async (
  { questions, current }: ReturnType<typeof startPretest>,
  steps: readonly Lesson['steps'][number][],
  { out, ask, width }: Console,
): Promise<PretestAction | undefined> => {
  const state = questions[current];
  if (!state) return undefined;
  const question = presented(state.question, state.key);
  if (state.message === undefined)
    out(
      ...heading(`Before you begin, question ${current + 1} of ${questions.length}`),
      ...(steps[current]?.items ?? []).flatMap(item =>
        item.kind === 'text' ? ['', ...markdownLines(item.markdown, width)] : [],
      ),
      '',
      ...questionLines(question, width),
      '',
      ...hanging('', `Answer with ${howToAnswer(question)}.`, width),
    );
  for (;;) {
    const written = (await ask('Your answer (Enter: I do not know, q to leave): '))?.trim();
    if (written === undefined || written.toLowerCase() === 'q') return undefined;
    if (written === '') return { type: 'unknown' };
    const answer = readAnswer(question, written);
    if (typeof answer !== 'string') return { type: 'answer', answer };
    out(answer);
  }
};
