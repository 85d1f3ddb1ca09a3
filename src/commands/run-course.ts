import type { Course, Lesson, Problem, Quiz, Step } from '../course/model.ts';
import { judgeOptions } from '../lab/predict.ts';
import { type BlockRun, runBlock } from '../lab/run.ts';
import type { Stack } from '../stack/stack.ts';

import { runChallenge } from './run-challenge.ts';

type Found = Omit<Problem, 'file'>;

/** Runs every lab block of a course; what does not hold is a problem of its line. */
export const runCourse = async (
  course: Course,
  stack: Stack,
  signal: AbortSignal,
  onStep: (file: string, step: string) => void,
): Promise<Problem[]> => {
  const problems: Problem[] = [];
  for (const file of [...course.lessons, ...course.quizzes])
    for (const step of sectionsOf(file)) {
      if (signal.aborted) return problems;
      if (!step.items.some(({ kind }) => kind === 'lab' || kind === 'challenge')) continue;
      onStep(file.file, step.id);
      for (const found of await runStep(step, stack, signal)) problems.push({ file: file.file, ...found });
    }
  return problems;
};

const sectionsOf = (file: Lesson | Quiz): Step[] => ('steps' in file ? file.steps : file.questions);

const runStep = async (step: Step, stack: Stack, signal: AbortSignal): Promise<Found[]> => {
  const problems: Found[] = [];
  for (const item of step.items) {
    if (item.kind === 'challenge') problems.push(...(await runChallenge(item.challenge, stack, signal)));
    if (item.kind !== 'lab') continue;
    const run = await runBlock(item.lab, stack, { signal });
    problems.push(...linesThatDoNotHold(run), ...optionsThatDoNotHold(step, run));
  }
  return problems;
};

const linesThatDoNotHold = ({ results }: BlockRun): Found[] =>
  results
    .filter(({ ok }) => !ok)
    .map(({ line, expected, summary }) => ({
      line: line.line,
      message: `${line.command.source}: expected ${expected ?? 'that it can be done'}, observed ${summary}`,
    }));

const optionsThatDoNotHold = ({ items }: Step, { asked }: BlockRun): Found[] => {
  const question = items.find(item => item.kind === 'question')?.question;
  if (!asked || question?.kind !== 'prediction') return [];
  return judgeOptions(question.options, asked)
    .filter(({ asMarked }) => !asMarked)
    .map(({ option: { id, correct }, holds }) => ({
      line: question.line,
      message: `the option ${id} is marked as ${correct ? 'right' : 'wrong'}, and on the stack it ${holds ? 'holds' : 'does not hold'}`,
    }));
};
