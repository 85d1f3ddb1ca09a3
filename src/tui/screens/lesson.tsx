import { Box, useAnimation } from 'ink';
import { useReducer, useRef, useState } from 'react';
import type { Course, Lesson as LessonFile } from '../../course/model.ts';
import { lessonProgress, type Progress } from '../../progress/progress.ts';
import { Body, type Composed, composedRows } from '../components/body.tsx';
import { Frame } from '../components/frame.tsx';
import { Message } from '../components/message.tsx';
import { usePicturePane } from '../components/picture-pane.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { useLabRun } from '../hooks/use-lab-run.ts';
import { useLessonRecord } from '../hooks/use-lesson-record.ts';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { useChange, useScroll } from '../hooks/use-scroll.ts';
import type { KeyMode } from '../keymap.ts';
import {
  gateOf,
  type LessonState,
  lessonReducer,
  offeredHints,
  type StepState,
  startLesson,
} from '../lesson/state.ts';
import { stepRows } from '../lesson/step-rows.ts';
import { cursorVisible, useQuestion } from '../question/use-question.tsx';
import { useShell } from '../shell.ts';

type Props = { lesson: string; step?: string | undefined };

/** Waits for what a lesson needs; then it is there for good. */
export const Lesson = ({ lesson: id, step }: Props) => {
  const { course, progress, markdown: render } = useShell();
  if (course.state === 'failed') return <Message title="Lesson" text={course.error} />;
  if (course.state === 'loading' || !progress.progress || !render) return <Message title="Lesson" text="" />;
  const lesson = course.course.lessons.find(candidate => candidate.id === id);
  if (!lesson || lesson.steps.length === 0) {
    return <Message title="Lesson" text={`There is no lesson "${id}" with steps in this course.`} />;
  }
  return (
    <Steps course={course.course} lesson={lesson} step={step} progress={progress.progress} render={render} />
  );
};

type StepsProps = {
  course: Course;
  lesson: LessonFile;
  step: string | undefined;
  progress: Progress;
  render: RenderMarkdown;
};

const Steps = ({ course, lesson, step: at, progress, render }: StepsProps) => {
  const { layout, glyphs, ascii, navigate } = useShell();
  const [state, dispatch] = useReducer(lessonReducer, undefined, () =>
    startLesson(
      lesson,
      at,
      { seed: progress.seed, course: course.id, file: lesson.file },
      lessonProgress(progress, course.id, lesson.file),
    ),
  );
  const [picture, setPicture] = useState(false);
  const { run, cancel } = useLabRun();
  const { current } = state;
  const step = currentStep(state);
  const gate = gateOf(step);
  const item = gate === undefined ? undefined : step.step.items[gate];
  const running = gate !== undefined && step.runs[gate]?.state === 'running';
  const { frame } = useAnimation({ interval: 100, isActive: running });
  const { done } = useLessonRecord(course.id, lesson.file, step);

  const go = (to: number) => {
    cancel();
    dispatch({ type: 'go', to });
  };
  const last = current === state.steps.length - 1;
  const next = () => {
    if (gate === undefined) done();
    if (!last) go(current + 1);
    else if (gate === undefined) navigate({ type: 'back' });
  };
  const alone = picture && layout.mode === 'single';
  const pane = usePicturePane();
  const look = { width: layout.text.width, glyphs, ascii, render, frame, inline: layout.mode === 'single' };
  const rows = stepRows(step, look);
  const live = useQuestion(item?.kind === 'question' ? step.question : undefined, {
    look,
    onAnswer: answer => dispatch({ type: 'answer', answer }),
    onCursor: ({ from, to }) => scroll.reveal(composed.before.length + from, composed.before.length + to),
    onHorizontal: by => (by < 0 ? go(current - 1) : next()),
  });
  const composed: Composed = {
    before: [...rows.before, ...(live?.before ?? [])],
    live: live?.live ?? 0,
    after: [...(live?.after ?? []), ...rows.after],
  };
  const scroll = useScroll(composedRows(composed), layout.text.height, step.step.id);
  const acted = useRef(gate);
  useChange(step.step.id, momentOf(step), () => {
    const from = rows.starts.get(acted.current ?? -1) ?? composed.before.length;
    acted.current = gate;
    if (running) scroll.to(scroll.total);
    else scroll.reveal(from, scroll.total);
  });

  // Nothing is answered, run or left that has not been on screen: until then Enter reads on.
  const choosing = live !== undefined && !alone && cursorVisible(live, composed.before.length, scroll);
  const lab = item?.kind === 'lab' && scroll.atEnd ? item.lab : undefined;
  const mode: KeyMode = alone ? 'picture' : choosing ? live.mode : running ? 'running' : lab ? 'run' : 'read';
  const enter = () => {
    if (!scroll.atEnd) scroll.handlers.pageDown?.();
    else if (live) scroll.reveal(composed.before.length + live.cursor.from, scroll.total);
    else if (lab && gate !== undefined) {
      run(lab, event => dispatch({ type: 'run', step: current, item: gate, event }));
    } else next();
  };
  return (
    <Frame
      mode={mode}
      title={lesson.title}
      detail={`step ${current + 1} of ${state.steps.length}`}
      scroll={alone ? pane.scroll : scroll}
      handlers={{
        ...(alone ? { ...pane.scroll.handlers, back: () => setPicture(false) } : scroll.handlers),
        enter,
        mark: live?.mark,
        cancel,
        ...(current > 0 ? { previous: () => go(current - 1) } : {}),
        ...(last ? {} : { next }),
        ...(layout.mode === 'single' ? { pane: () => setPicture(!picture) } : {}),
        ...(step.hints < offeredHints(step) ? { hint: () => dispatch({ type: 'hint' }) } : {}),
      }}
    >
      <Box gap={layout.gap}>
        {alone && pane.element}
        <Box display={alone ? 'none' : 'flex'}>
          <Body of={composed} rect={layout.text} top={scroll.top}>
            {live?.element(choosing)}
          </Body>
        </Box>
        {layout.mode !== 'single' && <StackPanes />}
      </Box>
    </Frame>
  );
};

const currentStep = ({ steps, current }: LessonState): StepState => {
  const step = steps[current];
  if (!step) throw new Error(`there is no step ${current}`);
  return step;
};

/** Changes whenever something new can be read. */
const momentOf = (step: StepState): string => {
  const runs = Object.values(step.runs).map(({ state, results }) => `${state} ${results.length}`);
  return [gateOf(step), step.question?.attempts.length, step.question?.message, step.hints, ...runs].join(
    ',',
  );
};
