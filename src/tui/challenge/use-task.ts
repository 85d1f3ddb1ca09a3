import { type Dispatch, useCallback, useEffect, useReducer, useRef } from 'react';
import type { Challenge } from '../../course/model.ts';
import { startTask, type TaskRun } from '../../lab/challenge/run.ts';
import { clean } from '../../plain/line.ts';
import type { Stack } from '../../stack/stack.ts';
import { useShell } from '../shell.ts';
import { startView, type TaskAction, type TaskView, taskReducer } from './state.ts';

export interface TaskControl {
  view: TaskView;
  dispatch: Dispatch<TaskAction>;
  /** Puts the world back and sets the task up; says on the view how it goes. */
  begin(): void;
  /** The same where somebody shows the progress already. Throws StackError. */
  beginAnew(signal: AbortSignal, tell: (progress: string) => void): Promise<TaskRun>;
  /** Ends the setup. */
  cancel(): void;
}

/** A challenge on the stack of the program. Whoever leaves it leaves no fault behind: the world is put back. */
export const useTask = (challenge: Challenge): TaskControl => {
  const {
    stack: { connect },
  } = useShell();
  const [view, dispatch] = useReducer(taskReducer, startView);
  const touched = useRef<Stack>(undefined);
  const run = useRef<TaskRun>(undefined);
  const setup = useRef<AbortController>(undefined);

  const beginAnew = useCallback<TaskControl['beginAnew']>(
    async (signal, tell) => {
      const stack = await connect();
      signal.throwIfAborted();
      run.current?.end();
      touched.current = stack;
      const begun = await startTask(challenge, stack, signal, tell);
      run.current = begun;
      return begun;
    },
    [connect, challenge],
  );

  const begin = useCallback(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setup.current = controller;
    dispatch({ type: 'begin' });
    // What takes no notice of the signal goes on, and nobody waits for it.
    const aborted = new Promise<TaskAction>(resolve =>
      signal.addEventListener('abort', () => resolve({ type: 'failed', error: 'Cancelled.' }), {
        once: true,
      }),
    );
    const work = beginAnew(signal, progress => {
      if (!signal.aborted) dispatch({ type: 'progress', progress });
    }).then(
      (begun): TaskAction => ({ type: 'began', run: begun }),
      (error: unknown): TaskAction => ({
        type: 'failed',
        error: clean(error instanceof Error ? error.message : String(error)),
      }),
    );
    void Promise.race([work, aborted]).then(dispatch);
  }, [beginAnew]);
  const cancel = useCallback(() => setup.current?.abort(), []);

  useEffect(
    () => () => {
      setup.current?.abort();
      run.current?.end();
      // Another stack, or none any more: then there is nothing to put back.
      void touched.current?.reset().catch(() => {});
    },
    [],
  );
  return { view, dispatch, begin, beginAnew, cancel };
};
