import type { ReactNode } from 'react';
import { blank } from '../../plain/line.ts';
import { type Scroll, useScroll } from '../hooks/use-scroll.ts';
import { useShell } from '../shell.ts';
import { Body, composedRows } from './body.tsx';
import { Picture } from './picture.tsx';
import { pictureHeight, traceLines } from './stack-panes.tsx';

/** Picture and trace in the place of the text, where there is no room beside it. */
export const usePicturePane = (): { scroll: Scroll; element: ReactNode } => {
  const shell = useShell();
  const { side, text } = shell.layout;
  const composed = {
    before: [],
    live: pictureHeight(shell.stack.topology),
    after: [blank, ...traceLines(shell, text.width)],
  };
  const scroll = useScroll(composedRows(composed), text.height);
  const element = (
    <Body of={composed} rect={text} top={scroll.top}>
      <Picture width={side.width} />
    </Body>
  );
  return { scroll, element };
};
