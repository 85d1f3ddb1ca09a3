import { useState } from 'react';
import { type Anchor, anchorAt, clampTop, reveal, type Row, rowAt, start } from '../scroll.ts';
import type { Handlers } from './use-keys.ts';

export interface Scroll {
  top: number;
  total: number;
  height: number;
  handlers: Handlers;
  to(top: number): void;
  /** Shows these rows, with as little movement as possible. */
  reveal(from: number, to: number): void;
}

/** Where a text is scrolled to; the place is kept by its words, so that it survives another width. */
export const useScroll = (rows: readonly Row[], height: number): Scroll => {
  const [anchor, setAnchor] = useState<Anchor>(start);
  const total = rows.length;
  const top = clampTop(rowAt(rows, anchor), total, height);
  const to = (next: number): void => setAnchor(anchorAt(rows, clampTop(next, total, height)));
  const page = Math.max(1, height - 2);
  return {
    top,
    total,
    height,
    to,
    reveal: (from, end) => to(reveal(top, height, from, end)),
    handlers: {
      up: () => to(top - 1),
      down: () => to(top + 1),
      pageUp: () => to(top - page),
      pageDown: () => to(top + page),
      top: () => to(0),
      bottom: () => to(total),
    },
  };
};
