import { applyEvents, type ProgressEvent } from '../../src/progress/events.ts';
import { emptyProgress, type Progress } from '../../src/progress/progress.ts';
import type { ProgressStore } from '../../src/progress/store.ts';

/** Progress that is kept for one test. */
export const memoryStore = (seed = 7): ProgressStore & { events: ProgressEvent[] } => {
  let progress: Progress = emptyProgress(seed);
  const events: ProgressEvent[] = [];
  return {
    path: undefined,
    notices: [],
    events,
    progress: () => progress,
    record: async (...added) => {
      events.push(...added);
      progress = applyEvents(progress, added);
      return undefined;
    },
    settled: async () => {},
  };
};
