import { render } from 'ink';
import type { Course } from '../course/model.ts';
import { needsAscii } from '../plain/glyphs.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import { App, interrupted } from './app.tsx';
import type { OpenStack } from './hooks/use-stack.ts';
import type { Screen } from './navigation.ts';
import { wantsColour } from './theme.ts';

export interface TuiOptions {
  screen?: Screen;
  /** All three are called behind the first frame; the stack is asked for again after it did not come up. */
  loadCourse: () => Promise<Course>;
  openProgress: () => Promise<ProgressStore>;
  /** The caller takes the stack down. */
  openStack: OpenStack;
  /** Lab blocks run only after a yes, as their course is from elsewhere. */
  askBeforeRunning?: boolean;
  /** That of the same stack; rejects with a sentence where the system refuses it. */
  openNetwork: () => Promise<PrivateInternet>;
  /** Ends the screens, as Ctrl+C does. */
  signal?: AbortSignal;
  /** Milliseconds since 1970; what is due depends on it. */
  now?: () => number;
  ascii?: boolean;
  colour?: boolean;
  stdin?: NodeJS.ReadStream;
  stdout?: NodeJS.WriteStream;
  stderr?: NodeJS.WriteStream;
  /** Frames a second at most; tests see every frame. */
  maxFps?: number;
}

/**
 * Shows the screens until the learner leaves, and returns the exit code: 0, 130 after Ctrl+C or the signal, and
 * 1 after an error in drawing, which is then printed, because the screen that Ink draws it on is gone.
 */
export const startTui = async ({
  screen = { name: 'home' },
  loadCourse,
  openProgress,
  openStack,
  openNetwork,
  askBeforeRunning = false,
  signal,
  now = Date.now,
  ascii = needsAscii(process.env),
  colour = wantsColour(process.env),
  stdin = process.stdin,
  stdout = process.stdout,
  stderr = process.stderr,
  maxFps = 60,
}: TuiOptions): Promise<number> => {
  let store: ProgressStore | undefined;
  const keepProgress = async () => {
    store = await openProgress();
    return store;
  };
  // A terminal that hangs up cannot be given back its mode any more; SIGHUP ends the program.
  const ignore = () => {};
  stdin.on('error', ignore);
  const instance = render(
    <App
      screen={screen}
      ascii={ascii}
      colour={colour}
      loadCourse={loadCourse}
      openProgress={keepProgress}
      openStack={openStack}
      openNetwork={openNetwork}
      askBeforeRunning={askBeforeRunning}
      signal={signal}
      now={now}
    />,
    {
      stdin,
      stdout,
      stderr,
      // The caller has seen a terminal; where CI is set, Ink would show nothing until the end.
      interactive: true,
      alternateScreen: true,
      incrementalRendering: true,
      // A throttle on everything, key echo included: animations are slower by themselves.
      maxFps,
      // Handled by the key table, because it has an exit code of its own.
      exitOnCtrlC: false,
    },
  );
  try {
    const code = await instance.waitUntilExit();
    return typeof code === 'number' ? code : signal?.aborted ? interrupted : 0;
  } catch (error) {
    stderr.write(
      `The screen could not be drawn: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 1;
  } finally {
    stdin.off('error', ignore);
    await store?.settled();
  }
};
