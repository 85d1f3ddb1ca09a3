import { useMemo } from 'react';
import { type Summary, summarise } from '../../progress/summary.ts';
import { useShell } from '../shell.ts';

/** What is done of the course; nothing until course and progress have been read. */
export const useSummary = (): Summary | undefined => {
  const { course, progress } = useShell();
  const loaded = course.state === 'ready' ? course.course : undefined;
  return useMemo(
    () => (loaded && progress.progress ? summarise(loaded, progress.progress) : undefined),
    [loaded, progress.progress],
  );
};
