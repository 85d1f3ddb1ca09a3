import { Box } from 'ink';
import { useMemo } from 'react';
import type { Challenge as ChallengeOf, Step } from '../../course/model.ts';
import type { Grade } from '../../lab/challenge/run.ts';
import { taskHelp } from '../../plain/challenge-words.ts';
import { inColumns } from '../../plain/columns.ts';
import { blank, type Line, line, span, wrap } from '../../plain/line.ts';
import { paneRows } from '../challenge/rows.ts';
import { TaskText } from '../challenge/task-text.tsx';
import { useTask } from '../challenge/use-task.ts';
import { taskWords } from '../challenge/words.ts';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { ShellContext, useShell } from '../shell.ts';
import { Lab, type LabTask } from './lab.tsx';

export type ChallengeProps = {
  /** Of the quiz. */
  title: string;
  detail: string;
  step: Step;
  challenge: ChallengeOf;
  /** What came of it in this run of the quiz. */
  outcome: 'passed' | 'not passed' | undefined;
  /** When it was passed before, as a date. */
  before: string | undefined;
  render: RenderMarkdown;
  onPassed: (grade: Grade) => void;
  onAnswer: (passed: boolean) => void;
  onDone: () => void;
};

/** A task on the running stack: its text, and the lab in which it is done. */
export const Challenge = (props: ChallengeProps) => {
  const { title, step, challenge, outcome, render, onPassed, onAnswer } = props;
  const shell = useShell();
  const { glyphs, layout } = shell;
  const control = useTask(challenge);
  const { view, dispatch } = control;
  const atPrompt = view.at === 'prompt' && outcome === undefined;
  const giveUp = (): void => {
    dispatch({ type: 'show', at: 'text' });
    onAnswer(false);
  };
  const graded = (grade: Grade): void => {
    dispatch({ type: 'graded', grade });
    if (!grade.passed) return;
    onPassed(grade);
    onAnswer(true);
  };
  const words = taskWords({
    challenge,
    control,
    glyphs,
    width: layout.text.width,
    onGraded: graded,
    onGiveUp: giveUp,
  });
  const { run, grade } = view;
  // The greeting stays the same, so that what was said is not laid out anew.
  const greeting = useMemo(() => (width: number) => greetingRows(step.title, width), [step.title]);
  const task: LabTask = {
    title,
    detail: 'challenge',
    rows: size => paneRows(challenge, grade, size, { glyphs }),
    greeting,
    words,
    onResult: ({ observed }) => run?.note(observed),
    back: () => dispatch({ type: 'show', at: 'text' }),
  };
  return (
    <>
      <ShellContext value={atPrompt ? { ...shell, blocked: true, help: false } : shell}>
        <Box display={atPrompt ? 'none' : 'flex'}>
          <TaskText {...props} control={control} onGiveUp={giveUp} render={render} />
        </Box>
      </ShellContext>
      {run && outcome === undefined && (
        <ShellContext value={atPrompt ? shell : { ...shell, blocked: true, help: false }}>
          <Box display={atPrompt ? 'flex' : 'none'}>
            <Lab task={task} />
          </Box>
        </ShellContext>
      )}
    </>
  );
};

const greetingRows = (title: string, width: number): Line[] => [
  ...wrap(`${title}. What you type acts on the running stack; everything is allowed.`, width).map(text =>
    line(span(text)),
  ),
  blank,
  ...inColumns(Object.entries(taskHelp), width - 4).map(text => line('    ', span(text, 'dim'))),
];
