import type { ReactNode } from 'react';
import { blank } from '../../plain/line.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import { type Scroll, useScroll } from '../hooks/use-scroll.ts';
import { useShell } from '../shell.ts';
import { Body, composedRows } from './body.tsx';
import { Picture } from './picture.tsx';
import { pictureHeight, traceLines } from './stack-panes.tsx';

/** Wide enough for a log line. */
const widest = 100;

/** Picture and whole trace in the place of the text: beside it there is no room at all, or not for everything. */
export const usePicturePane = (request: Trace | undefined): { scroll: Scroll; element: ReactNode } => {
  const shell = useShell();
  const { side, body } = shell.layout;
  const rect = { width: Math.min(widest, body.width), height: body.height };
  const composed = {
    before: [],
    live: pictureHeight(shell.stack, { width: side.width, height: rect.height }),
    after: [blank, ...traceLines(request, shell, rect.width)],
  };
  const scroll = useScroll(composedRows(composed), rect.height);
  const element = (
    <Body of={composed} rect={rect} top={scroll.top}>
      <Picture request={request} width={side.width} height={rect.height} />
    </Body>
  );
  return { scroll, element };
};
