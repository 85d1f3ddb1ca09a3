import { useApp } from 'ink';
import { useEffect } from 'react';

/** Does something when what has to be seen first is on screen: it would compete with that for the machine. */
export const useAfterFrame = (ready: boolean, act: () => void): void => {
  const { waitUntilRenderFlush } = useApp();
  useEffect(() => {
    if (!ready) return;
    let gone = false;
    void waitUntilRenderFlush().then(() => {
      if (!gone) act();
    });
    return () => {
      gone = true;
    };
  }, [ready, waitUntilRenderFlush, act]);
};
