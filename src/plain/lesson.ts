import type { Course, Lesson, Step } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import type { ProgressEvent } from '../progress/events.ts';
import { entry, lessonProgress } from '../progress/progress.ts';
import type { ProgressStore } from '../progress/store.ts';
import { resumeAt } from '../progress/summary.ts';
import { type Attempt, questionReducer, startQuestion } from '../quiz/question-state.ts';
import { markdownLines } from './markdown.ts';
import { type Played, playSection, type Room } from './section.ts';
import { counted, hanging, heading } from './text.ts';

export interface LessonRun extends Room {
  course: Course;
  lesson: Lesson;
  store: ProgressStore;
}

/** Plays a lesson line by line, from where it was left. Resolves to whether everything that ran held. */
export const playLesson = async (run: LessonRun): Promise<boolean> => {
  const { lesson, console, store, course } = run;
  const { out, width } = console;
  const { steps } = lesson;
  out(
    '',
    ...hanging(
      '',
      `Lesson: ${plainText(lesson.title)}. ${counted(steps.length, 'step')}, about ${counted(lesson.minutes, 'minute')}.`,
      width,
    ),
    'You will be able to:',
    ...markdownLines(lesson.objectives.map(objective => `- ${objective}`).join('\n'), width),
  );
  let held = true;
  let at: number | undefined = resumeAt(course, lesson, store.progress());
  if (at > 0) {
    out('', `You were here before: it goes on with step ${at + 1}.`);
    at = await chooseStep(run, at);
  }
  while (at !== undefined) {
    const step = steps[at] as Step;
    out(...heading(`Step ${at + 1} of ${steps.length}: ${plainText(step.title)}`));
    const played = await playStep(run, step);
    held &&= played.held;
    if (played.end === 'left') {
      out('', `You left at step ${at + 1}. What you have done is kept.`);
      return held;
    }
    at = await nextStep(run, at);
  }
  return held;
};

const playStep = async (run: LessonRun, step: Step): Promise<Played> => {
  const { course, lesson, store } = run;
  await record(run, { type: 'step-seen', step: step.id });
  const progress = store.progress();
  const known = entry(lessonProgress(progress, course.id, lesson.file).steps, step.id)?.prediction;
  const attempts: Attempt[] = known
    ? [{ answer: { kind: 'prediction', option: known.option }, right: known.right }]
    : [];
  let question = startQuestion(step, { seed: progress.seed, course: course.id, file: lesson.file }, attempts);
  const played = await playSection(
    step,
    question,
    async action => {
      if (!question) throw new Error(`the step ${step.id} asks nothing`);
      question = questionReducer(question, action);
      const attempt = question.attempts.at(-1);
      if (attempt?.answer.kind === 'prediction')
        await record(run, {
          type: 'predicted',
          step: step.id,
          option: attempt.answer.option,
          right: attempt.right,
        });
      return question;
    },
    run,
  );
  if (played.end === 'done') await record(run, { type: 'step-done', step: step.id });
  return played;
};

/** The step that the learner wants behind this one; `undefined` when they leave. */
const nextStep = async (run: LessonRun, at: number): Promise<number | undefined> => {
  if (run.signal.aborted) return undefined;
  const last = at === run.lesson.steps.length - 1;
  run.console.out('', ...(last ? ['That was the last step.'] : []));
  return chooseStep(run, last ? undefined : at + 1);
};

/** Enter leads to the given step, or out where there is none; `undefined` when the learner leaves. */
const chooseStep = async (
  { lesson: { steps }, console }: LessonRun,
  next: number | undefined,
): Promise<number | undefined> => {
  const enter = next === undefined ? 'Enter to leave' : `Enter for step ${next + 1}`;
  for (;;) {
    const written = await console.ask(`${enter}, 1 to ${steps.length} for any other step, q to leave: `);
    const word = written?.trim().toLowerCase();
    if (word === undefined || word === 'q') return undefined;
    if (word === '') return next;
    const chosen = Number(word);
    if (Number.isInteger(chosen) && chosen >= 1 && chosen <= steps.length) return chosen - 1;
    console.out(`There is no step "${word}".`);
  }
};

type Bare<Event> = Event extends unknown ? Omit<Event, 'course' | 'at' | 'file'> : never;
type LessonEvent = Bare<Extract<ProgressEvent, { step: string }>>;

const record = async ({ course, lesson, store, console }: LessonRun, event: LessonEvent): Promise<void> => {
  const place = { course: course.id, file: lesson.file, at: Date.now() };
  const warning = await store.record({ ...place, ...event });
  if (warning) console.note(warning);
};
