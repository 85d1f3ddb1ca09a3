import { useEffect, useMemo, useState } from 'react';
import type { ReviewItem } from '../../progress/due.ts';
import { useShell } from '../shell.ts';

type Items = typeof import('../../progress/review.ts').reviewItems;

let loaded: Items | undefined;

/** What is to be reviewed, what is due first at the front; loaded behind the frame, nothing until then. */
export const useReview = (): readonly ReviewItem[] | undefined => {
  const { course, progress } = useShell();
  const [items, setItems] = useState(() => loaded);
  const known = course.state === 'ready' && progress.progress !== undefined;
  useEffect(() => {
    if (!known || loaded) return;
    let gone = false;
    void import('../../progress/review.ts').then(({ reviewItems }) => {
      loaded = reviewItems;
      if (!gone) setItems(() => reviewItems);
    });
    return () => {
      gone = true;
    };
  }, [known]);
  const of = course.state === 'ready' ? course.course : undefined;
  return useMemo(
    () => (items && of && progress.progress ? items(of, progress.progress) : undefined),
    [items, of, progress.progress],
  );
};
