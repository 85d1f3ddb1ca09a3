import { Box } from 'ink';
import { useReducer } from 'react';
import type { Course, Lesson as LessonFile } from '../../course/model.ts';
import { blank, line, span } from '../../plain/line.ts';
import { lessonProgress, type Progress } from '../../progress/progress.ts';
import { Frame } from '../components/frame.tsx';
import { Message } from '../components/message.tsx';
import { Pane } from '../components/pane.tsx';
import { Rows } from '../components/rows.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { useLessonRecord } from '../hooks/use-lesson-record.ts';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { type LessonState, lessonReducer, startLesson } from '../lesson/state.ts';
import type { Row } from '../scroll.ts';
import { Section } from '../section/section.tsx';
import { gateOf, type StepState } from '../section/state.ts';
import { useShell } from '../shell.ts';

type Props = { lesson: string; step?: string | undefined };

/** Waits for what a lesson needs; then it is there for good. */
export const Lesson = ({ lesson: id, step }: Props) => {
  const { course, progress, markdown: render } = useShell();
  if (course.state === 'failed') return <Message title="Lesson" text={course.error} />;
  if (course.state === 'loading' || !render) return <Message title="Lesson" text="" />;
  const lesson = course.course.lessons.find(candidate => candidate.id === id);
  if (!lesson || lesson.steps.length === 0) {
    return <Message title="Lesson" text={`There is no lesson "${id}" with steps in this course.`} />;
  }
  if (!progress.progress) return <Opening lesson={lesson} step={step} render={render} />;
  return (
    <Steps course={course.course} lesson={lesson} step={step} progress={progress.progress} render={render} />
  );
};

type OpeningProps = { lesson: LessonFile; step: string | undefined; render: RenderMarkdown };

/** What can be read of a step while the progress is on its way: its text up to where something is asked or run. */
const Opening = ({ lesson, step: at, render }: OpeningProps) => {
  const { layout, stack } = useShell();
  const index = Math.max(
    0,
    lesson.steps.findIndex(({ id }) => id === at),
  );
  const step = lesson.steps[index];
  const other = step?.items.findIndex(({ kind }) => kind !== 'text') ?? 0;
  const rows: Row[] = [line(span(step?.title ?? '', 'strong'))];
  for (const item of step?.items.slice(0, other < 0 ? undefined : other) ?? [])
    if (item.kind === 'text') rows.push(blank, ...render(item.markdown, layout.text.width));
  return (
    <Frame mode="page" title={lesson.title} detail={positionOf(index, lesson.steps.length)}>
      <Box gap={layout.gap}>
        <Pane rect={layout.text}>
          <Rows rows={rows.slice(0, layout.text.height)} width={layout.text.width} />
        </Pane>
        {layout.mode !== 'single' && <StackPanes request={stack.last} />}
      </Box>
    </Frame>
  );
};

const positionOf = (index: number, of: number): string => `step ${index + 1} of ${of}`;

type StepsProps = {
  course: Course;
  lesson: LessonFile;
  step: string | undefined;
  progress: Progress;
  render: RenderMarkdown;
};

const Steps = ({ course, lesson, step: at, progress, render }: StepsProps) => {
  const { navigate } = useShell();
  const [state, dispatch] = useReducer(lessonReducer, undefined, () =>
    startLesson(
      lesson,
      at,
      { seed: progress.seed, course: course.id, file: lesson.file },
      lessonProgress(progress, course.id, lesson.file),
    ),
  );
  const { current } = state;
  const step = currentStep(state);
  const complete = gateOf(step) === undefined;
  const { done } = useLessonRecord(course.id, lesson.file, step);
  const last = current === state.steps.length - 1;
  const next = () => {
    if (complete) done();
    if (!last) dispatch({ type: 'go', to: current + 1 });
    else if (complete) navigate({ type: 'back' });
  };
  return (
    <Section
      title={lesson.title}
      detail={positionOf(current, state.steps.length)}
      state={step}
      render={render}
      onAnswer={answer => dispatch({ type: 'answer', answer })}
      onHint={() => dispatch({ type: 'hint' })}
      onRun={(item, event) => dispatch({ type: 'run', step: current, item, event })}
      previous={current > 0 ? () => dispatch({ type: 'go', to: current - 1 }) : undefined}
      next={last ? undefined : next}
      onDone={next}
    />
  );
};

const currentStep = ({ steps, current }: LessonState): StepState => {
  const step = steps[current];
  if (!step) throw new Error(`there is no step ${current}`);
  return step;
};
