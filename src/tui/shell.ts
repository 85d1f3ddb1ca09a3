import { createContext, type Dispatch, type RefObject, useContext } from 'react';
import type { OpenEditor } from '../lab/language.ts';
import type { Glyphs } from '../plain/glyphs.ts';
import type { Stack } from '../stack/stack.ts';
import type { CourseView } from './hooks/use-course.ts';
import type { RenderMarkdown } from './hooks/use-markdown.ts';
import type { EnterShell } from './hooks/use-own-shell.ts';
import type { ProgressView } from './hooks/use-progress.ts';
import type { StackView } from './hooks/use-stack.ts';
import type { Layout } from './layout.ts';
import type { MeterStore } from './meter-store.ts';
import type { NavigationAction } from './navigation.ts';
import type { Theme } from './theme.ts';

/** What every screen may use. */
export interface Shell {
  layout: Layout;
  ascii: boolean;
  glyphs: Glyphs;
  colour: boolean;
  theme: Theme;
  help: boolean;
  /** The help or the notice lies over the screen: its menus and fields take no keys. */
  blocked: boolean;
  navigate: Dispatch<NavigationAction>;
  quit(code: number): void;
  course: CourseView;
  /** Nothing until it is loaded, which the first screen that shows Markdown brings about. */
  markdown: RenderMarkdown | undefined;
  progress: ProgressView;
  /** `connect` waits for it, and tries again when it did not come up. */
  stack: StackView & { connect(): Promise<Stack>; meters: MeterStore };
  enterShell: EnterShell;
  openEditor: OpenEditor;
  /** Whether lab blocks of the course may run. */
  consent: RefObject<boolean>;
  /** What Ctrl+C does instead of quitting, while a screen runs something that it should end first. */
  interrupt: RefObject<(() => void) | undefined>;
  /** Milliseconds since 1970. */
  now(): number;
  /** What was entered at the lab's prompt, oldest first; kept while the program runs. */
  typed: RefObject<readonly string[]>;
}

export const ShellContext = createContext<Shell | undefined>(undefined);

export const useShell = (): Shell => {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('useShell needs a ShellContext');
  return shell;
};
