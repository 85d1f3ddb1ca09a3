import { Box, Text, useApp, usePaste, useWindowSize } from 'ink';
import { useMemo, useReducer } from 'react';
import type { Course } from '../course/model.ts';
import { glyphsFor } from '../plain/glyphs.ts';
import type { Stack } from '../stack/stack.ts';
import { useCourse } from './hooks/use-course.ts';
import { useKeys } from './hooks/use-keys.ts';
import { useProgress } from './hooks/use-progress.ts';
import { useStack } from './hooks/use-stack.ts';
import { layout, smallest } from './layout.ts';
import { currentScreen, navigate, type Screen, startAt } from './navigation.ts';
import { Home } from './screens/home.tsx';
import { type Shell, ShellContext } from './shell.ts';

export type AppProps = {
  screen: Screen;
  ascii: boolean;
  loadCourse: () => Promise<Course>;
  openProgress: () => Promise<unknown>;
  openStack: () => Promise<Stack>;
};

export const App = ({ screen, ascii, loadCourse, openProgress, openStack }: AppProps) => {
  const { columns, rows } = useWindowSize();
  const { exit } = useApp();
  const [navigation, dispatch] = useReducer(navigate, screen, startAt);
  const course = useCourse(loadCourse);
  const progress = useProgress(openProgress);
  const stack = useStack(openStack);
  // Pasted text is never taken for keys; text fields listen to it themselves.
  usePaste(() => {});
  const shell = useMemo<Shell>(
    () => ({
      layout: layout(columns, rows),
      blocked: navigation.help || layout(columns, rows).mode === 'small',
      ascii,
      glyphs: glyphsFor(ascii),
      help: navigation.help,
      navigate: dispatch,
      quit: exit,
      course,
      progress,
      stack,
    }),
    [columns, rows, ascii, navigation.help, exit, course, progress, stack],
  );
  return (
    <ShellContext value={shell}>
      {/* A screen keeps its state while the terminal is too small for it. */}
      {shell.layout.mode === 'small' && <TooSmall shell={shell} />}
      <Box display={shell.layout.mode === 'small' ? 'none' : 'flex'}>
        <CurrentScreen screen={currentScreen(navigation)} />
      </Box>
    </ShellContext>
  );
};

const CurrentScreen = ({ screen }: { screen: Screen }) => {
  switch (screen.name) {
    default:
      return <Home />;
  }
};

const TooSmall = ({ shell: { layout: of, quit } }: { shell: Shell }) => {
  useKeys('small', { quit: () => quit(0), interrupt: () => quit(130) });
  return (
    <Box width={of.columns} height={of.rows} overflow="hidden" flexDirection="column">
      <Text wrap="truncate-end">
        Please make the terminal larger: {smallest.columns}x{smallest.rows}
      </Text>
      <Text wrap="truncate-end">
        It is {of.columns}x{of.rows} now. q quits.
      </Text>
    </Box>
  );
};
