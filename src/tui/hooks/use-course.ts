import { useEffect, useState } from 'react';
import type { Course } from '../../course/model.ts';
import { clean } from '../../plain/line.ts';

export type CourseView =
  | { state: 'loading' }
  | { state: 'ready'; course: Course }
  | { state: 'failed'; error: string };

/** Loads the course behind the first frame. */
export const useCourse = (load: () => Promise<Course>): CourseView => {
  const [view, setView] = useState<CourseView>({ state: 'loading' });
  useEffect(() => {
    let gone = false;
    load().then(
      course => !gone && setView({ state: 'ready', course }),
      (error: unknown) =>
        !gone &&
        setView({ state: 'failed', error: clean(error instanceof Error ? error.message : String(error)) }),
    );
    return () => {
      gone = true;
    };
  }, [load]);
  return view;
};
