import { useAnimation } from 'ink';
import { memo } from 'react';
import { sawRequest } from '../../plain/part-words.ts';
import { stackPicture } from '../../plain/stack-picture.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import { useShell } from '../shell.ts';
import { Rows } from './rows.tsx';

/** Milliseconds a step of the moving request takes; a faster one would delay keys and show nothing more. */
const interval = 100;

type Props = {
  /** Whose way is marked. */
  request: Trace | undefined;
  width: number;
  height?: number;
};

/** The stack as it is now; it moves only while a request does. */
export const Picture = memo(({ request, width, height }: Props) => {
  const { stack, ascii } = useShell();
  const { frame } = useAnimation({ interval, isActive: stack.moving });
  const rows = stackPicture(stack.topology, stack.parts, {
    width,
    ascii,
    ...(stack.moving ? { moving: frame } : {}),
    ...(height === undefined ? {} : { height }),
    ...(request ? { saw: sawRequest(request) } : {}),
    secured: stack.secured,
  });
  return <Rows rows={rows.slice(0, height)} width={width} />;
});
