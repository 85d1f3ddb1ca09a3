import { Box, Text, useApp, usePaste, useWindowSize } from 'ink';
import { useEffect, useMemo, useReducer, useRef } from 'react';
import type { Course } from '../course/model.ts';
import { glyphsFor } from '../plain/glyphs.ts';
import { wrap } from '../plain/line.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import { useCourse } from './hooks/use-course.ts';
import { useKeys } from './hooks/use-keys.ts';
import { useMarkdown } from './hooks/use-markdown.ts';
import { useOwnShell } from './hooks/use-own-shell.ts';
import { useProgress } from './hooks/use-progress.ts';
import { type OpenStack, useStack } from './hooks/use-stack.ts';
import { type Layout, layout, smallest } from './layout.ts';
import { currentScreen, navigate, type Screen, startAt } from './navigation.ts';
import { Home } from './screens/home.tsx';
import { Lab } from './screens/lab.tsx';
import { Lesson } from './screens/lesson.tsx';
import { Lessons, Quizzes } from './screens/lists.tsx';
import { Progress } from './screens/progress.tsx';
import { Quiz } from './screens/quiz.tsx';
import { type Shell, ShellContext } from './shell.ts';
import { themeFor } from './theme.ts';

/** Exit code after Ctrl+C and after a signal. */
export const interrupted = 130;

export type AppProps = {
  screen: Screen;
  ascii: boolean;
  colour: boolean;
  loadCourse: () => Promise<Course>;
  openProgress: () => Promise<ProgressStore>;
  openStack: OpenStack;
  openNetwork: () => Promise<PrivateInternet>;
  signal: AbortSignal | undefined;
};

export const App = (props: AppProps) => {
  const { screen, ascii, colour, loadCourse, openProgress, openStack, openNetwork, signal } = props;
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const [navigation, dispatch] = useReducer(navigate, screen, startAt);
  const course = useCourse(loadCourse);
  const markdown = useMarkdown(showsMarkdown(currentScreen(navigation)), ascii, colour);
  const texts = course.state !== 'loading' && (markdown !== undefined || !showsMarkdown(screen));
  // Of the screens that show Markdown, a lesson can be read before it is known what has been done of it.
  const progress = useProgress(openProgress, texts || screen.name !== 'lesson');
  const known = progress.progress !== undefined || progress.notices.length > 0;
  const stack = useStack(openStack, texts && known);
  const typed = useRef<readonly string[]>([]);
  const enterShell = useOwnShell(openNetwork, signal);
  useEffect(() => {
    const leave = () => exit(interrupted);
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave);
    return () => signal?.removeEventListener('abort', leave);
  }, [signal, exit]);
  // Here and not in the screens, so that input is never let go of between two of them: Ink would lose keys.
  useKeys('always', { interrupt: () => exit(interrupted) });
  // Pasted text is never taken for keys; text fields listen to it themselves.
  usePaste(() => {});
  const shell = useMemo<Shell>(
    () => ({
      layout: layout(columns, rows),
      blocked: navigation.help || layout(columns, rows).mode === 'small',
      ascii,
      colour,
      theme: themeFor(colour),
      glyphs: glyphsFor(ascii),
      help: navigation.help,
      navigate: dispatch,
      quit: exit,
      course,
      markdown,
      progress,
      stack,
      enterShell,
      typed,
    }),
    [columns, rows, ascii, colour, navigation.help, exit, course, markdown, progress, stack, enterShell],
  );
  return (
    <ShellContext value={shell}>
      {/* A screen keeps its state while the terminal is too small for it. */}
      {shell.layout.mode === 'small' && <TooSmall shell={shell} />}
      <Box display={shell.layout.mode === 'small' ? 'none' : 'flex'}>
        <CurrentScreen screen={currentScreen(navigation)} depth={navigation.opened} />
      </Box>
    </ShellContext>
  );
};

const showsMarkdown = ({ name }: Screen): boolean => name === 'lesson' || name === 'quiz';

/** Another lesson or quiz is another screen, also when it takes the place of one of its kind. */
const CurrentScreen = ({ screen, depth }: { screen: Screen; depth: number }) => {
  const key = `${depth} ${JSON.stringify(screen)}`;
  switch (screen.name) {
    case 'home':
      return <Home />;
    case 'lessons':
      return <Lessons />;
    case 'lesson':
      return <Lesson key={key} lesson={screen.lesson} step={screen.step} />;
    case 'quizzes':
      return <Quizzes />;
    case 'quiz':
      return <Quiz key={key} quiz={screen.quiz} only={screen.only} />;
    case 'progress':
      return <Progress />;
    case 'lab':
      return <Lab />;
  }
};

/** The short words where the sentences do not fit. */
const tooSmall = ({ columns, rows }: Layout): string[] => {
  const size = `${smallest.columns}x${smallest.rows}`;
  const sentences = [`Please make the terminal larger: ${size}`, `It is ${columns}x${rows} now.`, 'q quits.'];
  const lines = sentences.flatMap(text => wrap(text, columns));
  return lines.length <= rows ? lines : wrap(`q quits, ${size} is needed`, columns).slice(0, rows);
};

const TooSmall = ({ shell: { layout: of, quit } }: { shell: Shell }) => {
  useKeys('small', { quit: () => quit(0) });
  return (
    <Box width={of.columns} height={of.rows} overflow="hidden" flexDirection="column">
      {tooSmall(of).map(text => (
        <Text key={text} wrap="truncate-end">
          {text}
        </Text>
      ))}
    </Box>
  );
};
