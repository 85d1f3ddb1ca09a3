import { useEffect, useState } from 'react';
import { clean } from '../../../plain/line.ts';
import type { Stack } from '../../../stack/stack.ts';

const every = 1000;
const most = 200;

/** The last log lines of a part while they are looked at; nothing until they were read. */
export const useLogs = (
  stack: Stack | undefined,
  target: string,
  active: boolean,
): readonly string[] | undefined => {
  const [read, setRead] = useState<{ target: string; lines: readonly string[] }>();
  useEffect(() => {
    if (!stack || !active) return;
    let timer: NodeJS.Timeout | undefined;
    let gone = false;
    const follow = async (): Promise<void> => {
      const lines = await stack
        .logs(target, most)
        .then(found => found.map(clean))
        .catch((error: Error) => [clean(error.message)]);
      if (gone) return;
      // The same lines again are nothing to draw.
      setRead(before =>
        before?.target === target && before.lines.join('\n') === lines.join('\n')
          ? before
          : { target, lines },
      );
      timer = setTimeout(() => void follow(), every);
    };
    void follow();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [stack, target, active]);
  return read?.target === target ? read.lines : undefined;
};
