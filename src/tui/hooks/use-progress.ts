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
  const [store, setStore] = useState<ProgressStore>();
  const [progress, setProgress] = useState<Progress>();
  const [notices, setNotices] = useState<readonly string[]>([]);
  const read = useCallback(() => {
    open().then(
      opened => {
        setStore(opened);
        setProgress(opened.progress());
        setNotices(opened.notices.map(clean));
      },
      (error: unknown) => {
        setNotices([
          `Progress cannot be kept: ${clean(error instanceof Error ? error.message : String(error))}`,
        ]);
      },
    );
  }, [open]);
  useAfterFrame(screenReady, read);
  const record = useCallback(
    (...events: ProgressEvent[]) => {
      if (!store || events.length === 0) return;
      void store.record(...events).then(notice => notice && setNotices(before => [...before, clean(notice)]));
      setProgress(store.progress());
    },
    [store],
  );
  return { ...(progress ? { progress } : {}), notices, record };
};
