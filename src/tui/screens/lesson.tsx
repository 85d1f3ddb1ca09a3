import { useReducer } from 'react';
import type { Course, Lesson as LessonFile } from '../../course/model.ts';
import { lessonProgress, type Progress } from '../../progress/progress.ts';
import { resumeAt } from '../../progress/summary.ts';
import { Message } from '../components/message.tsx';
import { useLessonRecord } from '../hooks/use-lesson-record.ts';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { type Known, type LessonState, lessonReducer, startLesson } from '../lesson/state.ts';
import { Section } from '../section/section.tsx';
import { gateOf, type StepState } from '../section/state.ts';
import { useShell } from '../shell.ts';

type Props = { lesson: string; step?: string | undefined };

/** Waits for what a lesson needs; then it is there for good. */
export const Lesson = ({ lesson: id, step }: Props) => {
  const { course, markdown: render } = useShell();
  if (course.state === 'failed') return <Message title="Lesson" text={course.error} />;
  if (course.state === 'loading' || !render) return <Message title="Lesson" text="" />;
  const lesson = course.course.lessons.find(candidate => candidate.id === id);
  if (!lesson || lesson.steps.length === 0) {
    return <Message title="Lesson" text={`There is no lesson "${id}" with steps in this course.`} />;
  }
  return <Steps course={course.course} lesson={lesson} step={step} render={render} />;
};

type StepsProps = {
  course: Course;
  lesson: LessonFile;
  step: string | undefined;
  render: RenderMarkdown;
};

/** Can be read and run before it is known what was done the last time; only questions wait for that. */
const Steps = ({ course, lesson, step: at, render }: StepsProps) => {
  const { navigate, progress, layout } = useShell();
  const known = () => progress.progress && whatIsKnown(course, lesson, progress.progress);
  const [state, dispatch] = useReducer(lessonReducer, undefined, () => startLesson(lesson, at, known()));
  const news = state.known ? undefined : known();
  // While drawing, so that no step is kept as seen that the learner is led away from.
  if (news) dispatch({ type: 'known', known: news });
  const { current } = state;
  const step = currentStep(state);
  const complete = gateOf(step) === undefined;
  const { done } = useLessonRecord(course.id, lesson.file, step);
  const last = current === state.steps.length - 1;
  // Where the title would have no room beside it, the list of lessons still tells.
  const minutes = current === 0 && layout.columns >= 80 ? `, ${lesson.minutes} min` : '';
  const next = () => {
    if (complete) done();
    if (!last) dispatch({ type: 'go', to: current + 1 });
    else if (complete) navigate({ type: 'back' });
  };
  return (
    <Section
      title={lesson.title}
      detail={`step ${current + 1} of ${state.steps.length}${minutes}`}
      note={
        current === state.resumed
          ? 'It goes on where you left it. The key < leads to the first step.'
          : undefined
      }
      state={step}
      render={render}
      onAnswer={answer => dispatch({ type: 'answer', answer })}
      onHint={() => dispatch({ type: 'hint' })}
      onRun={(item, event) => dispatch({ type: 'run', step: current, item, event })}
      previous={current > 0 ? () => dispatch({ type: 'go', to: current - 1 }) : undefined}
      next={last ? undefined : next}
      first={current > 0 ? () => dispatch({ type: 'go', to: 0 }) : undefined}
      onDone={next}
    />
  );
};

const whatIsKnown = (course: Course, lesson: LessonFile, progress: Progress): Known => ({
  draw: { seed: progress.seed, course: course.id, file: lesson.file },
  progress: lessonProgress(progress, course.id, lesson.file),
  resume: resumeAt(course, lesson, progress),
});

const currentStep = ({ steps, current }: LessonState): StepState => {
  const step = steps[current];
  if (!step) throw new Error(`there is no step ${current}`);
  return step;
};
