import { Box } from 'ink';
import type { ReactNode } from 'react';
import { blank } from '../../plain/line.ts';
import type { Rect } from '../layout.ts';
import type { Row } from '../scroll.ts';
import { Pane } from './pane.tsx';
import { Rows } from './rows.tsx';

/** Finished lines with at most one live element (a menu or a text field) between them. */
export interface Composed {
  before: readonly Row[];
  /** Lines of the live element. */
  live: number;
  after: readonly Row[];
}

/** The whole text, with blank rows in the place of the live element; what scrolling counts. */
export const composedRows = ({ before, live, after }: Composed): Row[] => [
  ...before,
  ...Array.from({ length: live }, () => blank),
  ...after,
];

type Props = { of: Composed; rect: Rect; top: number; children?: ReactNode };

/** The visible part of the text. The live element stays mounted when it is scrolled away: it holds the keys. */
export const Body = ({ of: { before, live, after }, rect, top, children }: Props) => {
  const end = top + rect.height;
  const liveEnd = before.length + live;
  const visible = Math.max(0, Math.min(end, liveEnd) - Math.max(top, before.length));
  const { width } = rect;
  return (
    <Pane rect={rect}>
      <Rows rows={before.slice(top, end)} width={width} />
      <Box
        flexDirection="column"
        width={width}
        height={visible}
        flexShrink={0}
        overflow="hidden"
        contentOffsetY={Math.max(0, top - before.length)}
      >
        {children}
      </Box>
      <Rows rows={after.slice(Math.max(0, top - liveEnd), Math.max(0, end - liveEnd))} width={width} />
    </Pane>
  );
};
