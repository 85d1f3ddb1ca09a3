import { type Dispatch, useCallback, useEffect, useRef } from 'react';
import type { LabBlock } from '../../course/model.ts';
import { runBlock } from '../../lab/run.ts';
import { clean } from '../../plain/line.ts';
import type { RunEvent } from '../section/run.ts';
import { useShell } from '../shell.ts';

export interface LabRun {
  run(lab: LabBlock, on: Dispatch<RunEvent>): void;
  cancel(): void;
}

/** Runs lab blocks on the stack, one at a time; leaving the screen cancels. */
export const useLabRun = (): LabRun => {
  const {
    openEditor,
    stack: { connect },
  } = useShell();
  const running = useRef<AbortController>(undefined);
  const cancel = useCallback(() => running.current?.abort(), []);
  useEffect(() => cancel, [cancel]);
  const run = useCallback(
    (lab: LabBlock, on: Dispatch<RunEvent>) => {
      if (running.current && !running.current.signal.aborted) return;
      const controller = new AbortController();
      const { signal } = controller;
      running.current = controller;
      on({ type: 'begin' });
      const work = async (): Promise<RunEvent> => {
        const stack = await connect();
        const { asked } = await runBlock(lab, stack, {
          signal,
          onStart: line => on({ type: 'line', line }),
          onProgress: (_, progress) => on({ type: 'progress', progress }),
          onResult: result => on({ type: 'result', result }),
          openEditor,
        });
        return { type: 'end', ...(asked ? { asked } : {}) };
      };
      const aborted = new Promise<RunEvent>(resolve =>
        signal.addEventListener('abort', () => resolve({ type: 'cancelled' }), { once: true }),
      );
      void Promise.race([work(), aborted])
        .catch((error: unknown): RunEvent => {
          return { type: 'failed', error: clean(error instanceof Error ? error.message : String(error)) };
        })
        .then(event => {
          on(signal.aborted ? { type: 'cancelled' } : event);
          if (running.current === controller) running.current = undefined;
        });
    },
    [connect, openEditor],
  );
  return { run, cancel };
};
