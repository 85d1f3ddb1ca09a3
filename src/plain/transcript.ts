import type { Course, LabBlock, Lesson, Step } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import { summarize } from '../lab/observed.ts';
import { runBlock } from '../lab/run.ts';
import { presented } from '../quiz/presented.ts';
import { type QuestionState, startQuestion } from '../quiz/question-state.ts';
import { isAsMarked, rightLines, unexpected } from './explanation.ts';
import { type LabStyle, labPrinter } from './lab-lines.ts';
import { markdownLines } from './markdown.ts';
import { questionLines } from './question.ts';
import type { Room } from './section.ts';
import { counted, hanging, heading } from './text.ts';

export interface Telling extends Room {
  course: Course;
  lesson: Lesson;
  /** Decides the order of options. */
  seed: number;
}

/** What has been checked so far. */
interface Tally {
  commands: number;
  wrong: number;
}

/**
 * Tells a lesson to somebody who is not asked: each prediction with what the stack answered and the right option.
 * Resolves to whether every lab line held, and the stack agreed with the course.
 */
export const tellLesson = async (telling: Telling): Promise<boolean> => {
  const { lesson, console, openStack, signal } = telling;
  const { out, width } = console;
  // First of all: what has to be said of it on standard error shall not stand in the middle of the story.
  await openStack();
  const tally: Tally = { commands: 0, wrong: 0 };
  out(...hanging('', `${plainText(lesson.title)}, as it has just happened on this machine.`, width));
  for (const [index, step] of lesson.steps.entries()) {
    out(...heading(`Step ${index + 1} of ${lesson.steps.length}: ${plainText(step.title)}`));
    await tellStep(step, telling, tally);
    if (signal.aborted) return false;
  }
  const verdict = tally.wrong === 0 ? 'all was as expected' : `${tally.wrong} NOT as expected`;
  out('', `${counted(tally.commands, 'command')} ran on the stack: ${verdict}.`);
  return tally.wrong === 0;
};

const tellStep = async (step: Step, telling: Telling, tally: Tally): Promise<void> => {
  const { course, lesson, console, seed, signal } = telling;
  const { out, width } = console;
  let open: QuestionState | undefined;
  for (const item of step.items) {
    if (signal.aborted) return;
    if (item.kind === 'text') {
      out('', ...markdownLines(item.markdown, width));
    } else if (item.kind === 'question') {
      open = startQuestion(step, { seed, course: course.id, file: lesson.file });
      if (!open) continue;
      out('', ...questionLines(presented(open.question, open.key), width));
      if (item.question.kind !== 'prediction') out('', ...rightLines(open, width));
    } else if (item.kind === 'lab') {
      await tellLab(item.lab, open, telling, tally);
    }
  }
};

const tellLab = async (
  lab: LabBlock,
  question: QuestionState | undefined,
  { console, openStack, signal }: Telling,
  tally: Tally,
): Promise<void> => {
  const { out, width } = console;
  // Nothing can be pasted any more when this is read, and one trace in full shows what a trace is.
  const style: LabStyle = { tools: false, hops: tally.commands === 0, mostDetails: 4 };
  if (!style.hops) out('');
  const { results, asked } = await runBlock(lab, await openStack(), {
    signal,
    ...labPrinter(console, style),
  });
  tally.commands += results.length;
  tally.wrong += results.filter(({ ok }) => !ok).length;
  if (!asked || question?.question.kind !== 'prediction') return;
  out('', ...hanging('The stack answered: ', summarize(asked), width));
  if (!isAsMarked(question, asked)) {
    tally.wrong++;
    out(...hanging('', unexpected, width));
  }
  out(...rightLines(question, width));
};
