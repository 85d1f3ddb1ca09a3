import type { Course, LabBlock, Lesson, Step } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import { renderMarkdown } from '../course/terminal-text.ts';
import { runBlock } from '../lab/run.ts';
import type { ProgressEvent } from '../progress/events.ts';
import type { ProgressStore } from '../progress/store.ts';
import { solution } from '../quiz/answer.ts';
import { presented } from '../quiz/presented.ts';
import {
  explanations,
  isSolved,
  type QuestionState,
  questionReducer,
  shownHints,
  startQuestion,
} from '../quiz/question-state.ts';
import type { Stack } from '../stack/stack.ts';
import type { Console } from './console.ts';
import { glyphsFor } from './glyphs.ts';
import { labPrinter } from './lab-lines.ts';
import { askQuestion, questionLines } from './question.ts';

export interface LessonRun {
  course: Course;
  lesson: Lesson;
  console: Console;
  store: ProgressStore;
  /** Without it the lesson is a transcript: nobody is asked, and the story tells itself. */
  interactive: boolean;
  openStack(): Promise<Stack>;
  signal: AbortSignal;
}

/** Plays a lesson line by line. Resolves to whether every lab line held. */
export const playLesson = async (run: LessonRun): Promise<boolean> => {
  const { lesson, console, signal } = run;
  const { out } = console;
  out(lesson.title, '='.repeat(lesson.title.length));
  let held = true;
  for (const [index, step] of lesson.steps.entries()) {
    if (signal.aborted) break;
    const heading = `${index + 1} of ${lesson.steps.length}: ${plainText(step.title)}`;
    out('', heading, '-'.repeat(heading.length));
    await record(run, { type: 'step-seen', step: step.id });
    const played = await playStep(run, step);
    held &&= played.held;
    if (played.left || signal.aborted) return held;
    await record(run, { type: 'step-done', step: step.id });
    if (
      run.interactive &&
      index < lesson.steps.length - 1 &&
      !(await goOn(console, 'Enter for the next step'))
    )
      return held;
  }
  return held;
};

const playStep = async (run: LessonRun, step: Step): Promise<{ held: boolean; left: boolean }> => {
  const { course, lesson, console, store, interactive } = run;
  const print = (markdown: string): void =>
    console.out(
      '',
      ...renderMarkdown(markdown, console.width, { color: console.color, ascii: console.ascii }),
    );
  let question: QuestionState | undefined;
  let held = true;
  for (const item of step.items) {
    if (run.signal.aborted) return { held, left: true };
    if (item.kind === 'text') print(item.markdown);
    if (item.kind === 'question') {
      const draw = { seed: store.progress().seed, course: course.id, file: lesson.file };
      question = startQuestion(step, draw);
      if (!question) continue;
      const shown = presented(item.question, question.key);
      print(`**${item.question.kind === 'prediction' ? 'Predict' : 'Question'}:** ${shown.prompt}`);
      console.out('', ...questionLines(shown, plainText), '');
      if (!interactive) continue;
      const answer = await askQuestion(shown, console, () => {
        const before = question as QuestionState;
        question = questionReducer(before, { type: 'hint' });
        const hint = shownHints(question).at(-1);
        console.out(hint && question !== before ? `Hint: ${plainText(hint)}` : 'There is no other hint.');
      });
      if (!answer) return { held, left: true };
      question = questionReducer(question, { type: 'answer', answer });
      if (answer.kind === 'prediction')
        await record(run, {
          type: 'predicted',
          step: step.id,
          option: answer.option,
          right: isSolved(question),
        });
    }
    if (item.kind === 'lab') {
      if (interactive && !(await goOn(console, 'Enter to run it on the stack'))) return { held, left: true };
      held = (await runLab(run, item.lab)) && held;
      if (question) explain(question, console, interactive);
      question = undefined;
    }
  }
  return { held, left: false };
};

const runLab = async ({ openStack, signal, console }: LessonRun, lab: LabBlock): Promise<boolean> => {
  const stack = await openStack();
  const { results } = await runBlock(lab, stack, { signal, ...labPrinter(console) });
  return results.every(({ ok }) => ok);
};

/** What the stack answered, and why; a transcript explains the right option only. */
const explain = (state: QuestionState, console: Console, interactive: boolean): void => {
  const { tick, cross } = glyphsFor(console.ascii);
  const told = interactive
    ? state
    : questionReducer(state, { type: 'answer', answer: solution(state.question, state.key) });
  if (interactive)
    console.out('', isSolved(state) ? `${tick} You predicted it.` : `${cross} You predicted something else.`);
  const markdownOf = new Map(
    'options' in state.question ? state.question.options.map(o => [o.id, o.markdown]) : [],
  );
  for (const { option, correct, markdown } of explanations(told)) {
    if (!correct && !interactive) continue;
    const text = option ? `${plainText(markdownOf.get(option) ?? '')}: ` : '';
    console.out(`${correct ? tick : cross} ${text}${plainText(markdown)}`);
  }
};

/** Whether the learner wants to go on. */
const goOn = async (console: Console, what: string): Promise<boolean> => {
  const written = await console.ask(`\n[${what}, q to stop] `);
  return written !== undefined && written.trim().toLowerCase() !== 'q';
};

type LessonEvent = Extract<ProgressEvent, { step: string }>;
type Bare<Event> = Event extends unknown ? Omit<Event, 'course' | 'at' | 'file'> : never;

const record = async (
  { course, lesson, store, console, interactive }: LessonRun,
  event: Bare<LessonEvent>,
): Promise<void> => {
  // A transcript is read by nobody in particular: it is no progress.
  if (!interactive) return;
  const warning = await store.record({
    ...event,
    course: course.id,
    file: lesson.file,
    at: Date.now(),
  } as ProgressEvent);
  if (warning) console.out(warning);
};
