import type { LabBlock, Step } from '../course/model.ts';
import { type BlockRun, runBlock } from '../lab/run.ts';
import type { QuestionAction, QuestionState } from '../quiz/question-state.ts';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import type { Stack } from '../stack/stack.ts';
import { answerQuestion, askWithHints, type Hints, hintsOf } from './answering.ts';
import { notRun } from './consent.ts';
import type { Console } from './console.ts';
import { answeredLines, isAsMarked } from './explanation.ts';
import { inFull, labPrinter } from './lab-lines.ts';
import { markdownLines } from './markdown.ts';
import { counted, hanging } from './text.ts';

/** What the plain mode needs to run something. */
export interface Room {
  console: Console;
  openStack(): Promise<Stack>;
  /** Opens the private internet of that stack; rejects with a sentence where the system refuses it. */
  openNetwork?(): Promise<PrivateInternet>;
  /** Whether lab blocks of this course may run; absent for the built-in one, whose always may. */
  mayRun?(): Promise<boolean>;
  signal: AbortSignal;
}

export interface Played {
  /** `failed`: to its end, but the stack could not run its commands. */
  end: 'left' | 'failed' | 'done';
  /** Every lab line held, and the stack agreed with the course. */
  held: boolean;
}

/** Plays one section of a lesson or quiz from top to bottom. */
export const playSection = async (
  step: Step,
  question: QuestionState | undefined,
  act: (action: QuestionAction) => Promise<QuestionState>,
  room: Room,
): Promise<Played> => {
  const { console, signal } = room;
  const hints = hintsOf(step, question);
  let state = question;
  let held = true;
  let end: Played['end'] = 'done';
  for (const item of step.items) {
    if (signal.aborted) return { end: 'left', held };
    switch (item.kind) {
      case 'text':
        console.out('', ...markdownLines(item.markdown, console.width));
        break;
      case 'question':
        state = state && (await answerQuestion(state, act, console, hints));
        if (question && !state) return { end: 'left', held };
        break;
      case 'lab': {
        const run = await runLab(item.lab, hints, room);
        if (!run || signal.aborted) return { end: 'left', held };
        if (run === 'failed') {
          end = 'failed';
          held = false;
          break;
        }
        held &&= run.results.every(({ ok }) => ok);
        if (!run.asked || state?.question.kind !== 'prediction') break;
        held &&= isAsMarked(state, run.asked);
        console.out(...answeredLines(state, run.asked, console.width));
        break;
      }
      case 'hint':
      case 'challenge':
        break;
    }
  }
  return { end, held };
};

/** Runs the block when the learner wants it; `undefined` when they leave. */
const runLab = async (
  lab: LabBlock,
  hints: Hints,
  { console, openStack, mayRun, signal }: Room,
): Promise<BlockRun | 'failed' | undefined> => {
  console.out('');
  const commands = counted(lab.lines.length, 'command');
  const go = await askWithHints(console, hints, keys => `Enter runs ${commands} on the stack (${keys}): `);
  if (go === undefined) return undefined;
  if (mayRun && !(await mayRun())) {
    console.out(...hanging('', notRun, console.width));
    return 'failed';
  }
  try {
    return await runBlock(lab, await openStack(), { signal, ...labPrinter(console, inFull) });
  } catch (error) {
    // The text can be read without the stack; by name, because importing the class would load what runs a stack.
    if (!(error instanceof Error && error.name === 'StackError')) throw error;
    if (signal.aborted) return undefined;
    console.out(...hanging('', `That could not be run: ${error.message}`, console.width));
    return 'failed';
  }
};
