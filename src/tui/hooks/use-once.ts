import { useLayoutEffect, useRef } from 'react';

/** Whether it has been so once, for this key. */
export const useOnce = (key: string, now: boolean): boolean => {
  const been = useRef<string>(undefined);
  useLayoutEffect(() => {
    if (now) been.current = key;
  });
  return now || been.current === key;
};
