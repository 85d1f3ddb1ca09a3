import { Box } from 'ink';
import { useEffect, useState } from 'react';
import type { Course } from '../../course/model.ts';
import { blank, clip, cut, type Line, line, span, wrap } from '../../plain/line.ts';
import { reviewWords } from '../../plain/review-words.ts';
import { type ReviewSummary, reviewSummary } from '../../progress/due.ts';
import type { Progress as Kept } from '../../progress/progress.ts';
import type { Summary } from '../../progress/summary.ts';
import { Frame } from '../components/frame.tsx';
import { labelWidth, Menu, oneLine } from '../components/menu.tsx';
import { Rows } from '../components/rows.tsx';
import { StackPanes } from '../components/stack-panes.tsx';
import { useReview } from '../hooks/use-review.ts';
import { useSummary } from '../hooks/use-summary.ts';
import { lessonScreen } from '../lesson-screen.ts';
import type { Screen } from '../navigation.ts';
import { type Shell, useShell } from '../shell.ts';

const choices = ['continue', 'lessons', 'quizzes', 'lab', 'review', 'progress', 'glossary', 'quit'] as const;
type Choice = (typeof choices)[number];

/** Continue, the parts of the course, the lab; beside them the stack that is coming up. */
export const Home = () => {
  const shell = useShell();
  const summary = useSummary();
  const { layout, navigate, quit } = shell;
  const { width } = layout.text;
  const review = useReview();
  const labels = labelsOf(summary, review && reviewSummary(review, shell.now()), shell.now());
  const { course, progress } = shell;
  const loaded = course.state === 'ready' ? course.course : undefined;
  const kept = progress.progress;
  // Chosen before it is known where that leads.
  const [eager, setEager] = useState(false);
  useEffect(() => {
    if (eager && summary) navigate({ type: 'open', screen: target(summary, loaded, kept) });
  }, [eager, summary, navigate, loaded, kept]);
  const choose = (choice: Choice) => {
    setEager(choice === 'continue' && !summary);
    if (choice === 'quit') quit(0);
    else if (choice !== 'continue') navigate({ type: 'open', screen: { name: choice } });
    else if (summary) navigate({ type: 'open', screen: target(summary, loaded, kept) });
  };
  return (
    <Frame mode="home" title="How a website works">
      <Box gap={layout.gap}>
        <Box flexDirection="column" width={width} flexShrink={0}>
          <Rows rows={greeting(shell).map(row => clip(row, width))} width={width} />
          <Menu
            items={choices.map(value => ({
              key: value,
              value,
              label: oneLine(labels[value], labelWidth(width), shell.glyphs),
            }))}
            width={width}
            onSelect={choose}
          />
        </Box>
        {layout.mode !== 'single' && <StackPanes request={shell.stack.last} />}
      </Box>
    </Frame>
  );
};

/** Of what does not work here, so that the menu keeps its place. */
const noticeRows = 3;

const greeting = ({ course, progress, stack, layout, glyphs }: Shell): Line[] => {
  const { width } = layout.text;
  const say = (text: string, tone: 'plain' | 'warn' | 'bad') =>
    wrap(text, width).map(part => line(span(part, tone)));
  const story =
    'What happens next really happens: a name server, a web server, an application and a database run on this machine.';
  const problems = [
    ...(course.state === 'failed' ? say(`The course cannot be read: ${course.error}`, 'bad') : []),
    ...progress.notices.flatMap(notice => say(notice, 'warn')),
    ...stack.notices.flatMap(notice => say(cut(notice, noticeRows * (width - 10), glyphs.ellipsis), 'warn')),
  ];
  return [
    line(span('A user wants to access www.foobar.com.', 'strong')),
    ...(layout.body.height > 14 ? say(story, 'plain') : []),
    blank,
    ...(problems.length > 0 ? [...problems, blank] : []),
  ];
};

const labelsOf = (
  summary: Summary | undefined,
  review: ReviewSummary | undefined,
  now: number,
): Record<Choice, string> => ({
  continue: continueLabel(summary),
  lessons: 'Lessons',
  quizzes: 'Quizzes',
  lab: 'Lab: try things on the stack',
  review: `Review: ${reviewWords(review, now)}`,
  progress: 'Progress',
  glossary: 'Words: what they mean',
  quit: 'Quit',
});

const continueLabel = (summary: Summary | undefined): string => {
  const next = summary?.continue;
  if (!summary || !next) return summary ? 'All done: choose a lesson' : 'Start';
  const isStep = next.kind === 'step';
  const file = (isStep ? summary.lessons : summary.quizzes).find(({ id }) => id === next.id);
  const begun = summary.lessons.some(({ state }) => state !== 'new');
  return `${begun ? 'Continue' : 'Start'} with the ${isStep ? 'lesson' : 'quiz'}: ${file?.title ?? next.id}`;
};

const target = (
  { continue: next }: Summary,
  course: Course | undefined,
  progress: Kept | undefined,
): Screen => {
  if (!next) return { name: 'lessons' };
  return next.kind === 'step'
    ? lessonScreen(next.id, course, progress, next.step)
    : { name: 'quiz', quiz: next.id };
};
