import { Box, Text, useApp, usePaste, useWindowSize } from 'ink';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useReducer, useRef } from 'react';
import type { Course } from '../course/model.ts';
import { glyphsFor } from '../plain/glyphs.ts';
import { wrap } from '../plain/line.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import { LazyLab, loadLab } from './components/lazy-lab.tsx';
import { Message } from './components/message.tsx';
import { useAfterFrame } from './hooks/use-after-frame.ts';
import { useCourse } from './hooks/use-course.ts';
import { useKeys } from './hooks/use-keys.ts';
import { useMarkdown } from './hooks/use-markdown.ts';
import { useOwnEditor, useOwnShell } from './hooks/use-own-shell.ts';
import { useProgress } from './hooks/use-progress.ts';
import { type OpenStack, useStack } from './hooks/use-stack.ts';
import { type Layout, layout, smallest } from './layout.ts';
import { currentScreen, navigate, type Screen, startAt } from './navigation.ts';
import { Home } from './screens/home.tsx';
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
  askBeforeRunning: boolean;
  signal: AbortSignal | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
};

export const App = (props: AppProps) => {
  const {
    screen,
    ascii,
    colour,
    loadCourse,
    openProgress,
    openStack,
    openNetwork,
    askBeforeRunning,
    signal,
    now,
  } = props;
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const [navigation, dispatch] = useReducer(navigate, screen, startAt);
  const course = useCourse(loadCourse);
  const markdown = useMarkdown(
    showsMarkdown(currentScreen(navigation)) || navigation.glossary,
    ascii,
    colour,
  );
  const texts = course.state !== 'loading' && (markdown !== undefined || !showsMarkdown(screen));
  // Of the screens that show Markdown, a lesson can be read before it is known what has been done of it.
  const progress = useProgress(openProgress, texts || screen.name !== 'lesson');
  const known = progress.progress !== undefined || progress.notices.length > 0;
  const stack = useStack(openStack, texts && known);
  useAfterFrame(texts && known, loadLab);
  const typed = useRef<readonly string[]>([]);
  const consent = useRef(!askBeforeRunning);
  const enterShell = useOwnShell(openNetwork, signal);
  const openEditor = useOwnEditor(signal);
  useEffect(() => {
    const leave = () => exit(interrupted);
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave);
    return () => signal?.removeEventListener('abort', leave);
  }, [signal, exit]);
  // Here and not in the screens, so that input is never let go of between two of them: Ink would lose keys.
  const interrupt = useRef<() => void>(undefined);
  useKeys('always', { interrupt: () => (interrupt.current ? interrupt.current() : exit(interrupted)) });
  // Pasted text is never taken for keys; text fields listen to it themselves.
  usePaste(() => {});
  const shell = useMemo<Shell>(
    () => ({
      layout: layout(columns, rows),
      blocked: navigation.help || navigation.glossary || layout(columns, rows).mode === 'small',
      ascii,
      colour,
      theme: themeFor(colour),
      glyphs: glyphsFor(ascii),
      help: navigation.help && !navigation.glossary,
      navigate: dispatch,
      quit: exit,
      course,
      markdown,
      progress,
      stack,
      enterShell,
      openEditor,
      consent,
      typed,
      interrupt,
      now,
    }),
    [
      columns,
      rows,
      ascii,
      colour,
      navigation.help,
      navigation.glossary,
      exit,
      course,
      markdown,
      progress,
      stack,
      enterShell,
      openEditor,
      now,
    ],
  );
  const small = shell.layout.mode === 'small';
  const above = useMemo<Shell>(
    () => ({ ...shell, blocked: navigation.help || small, help: navigation.help }),
    [shell, navigation.help, small],
  );
  return (
    <ShellContext value={shell}>
      {/* A screen keeps its state while the terminal is too small for it. */}
      {small && <TooSmall shell={shell} />}
      <Box display={small || navigation.glossary ? 'none' : 'flex'}>
        <CurrentScreen screen={currentScreen(navigation)} depth={navigation.opened} />
      </Box>
      {navigation.glossary && (
        <ShellContext value={above}>
          <Box display={small ? 'none' : 'flex'}>
            <Later title="Words">
              <Glossary />
            </Later>
          </Box>
        </ShellContext>
      )}
    </ShellContext>
  );
};

const showsMarkdown = ({ name }: Screen): boolean =>
  ['lesson', 'quiz', 'review', 'pretest', 'glossary'].includes(name);

// Loaded when they are first opened: the first frame of the others does not wait for them.
const Review = lazy(async () => ({ default: (await import('./screens/review.tsx')).Review }));
const Pretest = lazy(async () => ({ default: (await import('./screens/pretest.tsx')).Pretest }));
const Glossary = lazy(async () => ({ default: (await import('./screens/glossary.tsx')).Glossary }));

const Later = ({ title, children }: { title: string; children: ReactNode }) => (
  <Suspense fallback={<Message title={title} text="" />}>{children}</Suspense>
);

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
    case 'pretest':
      return (
        <Later title="Before you begin">
          <Pretest key={key} lesson={screen.lesson} step={screen.step} />
        </Later>
      );
    case 'review':
      return (
        <Later title="Review">
          <Review key={key} />
        </Later>
      );
    case 'glossary':
      return (
        <Later title="Words">
          <Glossary />
        </Later>
      );
    case 'progress':
      return <Progress />;
    case 'lab':
      return <LazyLab />;
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
