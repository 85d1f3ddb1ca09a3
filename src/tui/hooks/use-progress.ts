import { useCallback, useState } from 'react';
import { clean } from '../../plain/line.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import type { Progress } from '../../progress/progress.ts';
import type { ProgressStore } from '../../progress/store.ts';
import { useAfterFrame } from './use-after-frame.ts';

export interface ProgressView {
  /** Nothing until it has been read. */
  progress?: Progress;
  /** Sentences for the learner: what could not be read or kept. */
  notices: readonly string[];
  record(...events: ProgressEvent[]): void;
}

/**
 * Reads the progress behind the frame that can be drawn without it, and keeps what happens. Whoever opened the store
 * closes it.
 */
export const useProgress = (open: () => Promise<ProgressStore>, screenReady: boolean): ProgressView => {
  // All at once: whoever learns what is kept can keep something as well.
  const [kept, setKept] = useState<Kept>({ notices: [] });
  const read = useCallback(() => {
    open().then(
      store => setKept({ store, progress: store.progress(), notices: store.notices.map(clean) }),
      (error: unknown) => {
        const reason = clean(error instanceof Error ? error.message : String(error));
        setKept({ notices: [`Progress cannot be kept: ${reason}`] });
      },
    );
  }, [open]);
  useAfterFrame(screenReady, read);
  const { store } = kept;
  const record = useCallback(
    (...events: ProgressEvent[]) => {
      if (!store || events.length === 0) return;
      const said = store.record(...events);
      setKept(before => ({ ...before, progress: store.progress() }));
      void said.then(
        notice => notice && setKept(before => ({ ...before, notices: [...before.notices, clean(notice)] })),
      );
    },
    [store],
  );
  return { ...(kept.progress ? { progress: kept.progress } : {}), notices: kept.notices, record };
};

interface Kept {
  store?: ProgressStore;
  progress?: Progress;
  notices: readonly string[];
}
