import { useLayoutEffect, useRef, useState } from 'react';
import { type Anchor, anchorAt, clampTop, type Row, reveal, rowAt, start } from '../scroll.ts';
import type { Handlers } from './use-keys.ts';

export interface Scroll {
  top: number;
  total: number;
  height: number;
  /** The last row is on screen. */
  atEnd: boolean;
  handlers: Handlers;
  to(top: number): void;
  /** Shows these rows, with as little movement as possible. */
  reveal(from: number, to: number): void;
}

/**
 * Where a text is scrolled to; the place is kept by its words, so that it survives another width.
 * A text with another key begins at its top.
 */
export const useScroll = (rows: readonly Row[], height: number, key = ''): Scroll => {
  const [kept, setKept] = useState<{ key: string; anchor: Anchor }>({ key, anchor: start });
  const total = rows.length;
  const top = clampTop(rowAt(rows, kept.key === key ? kept.anchor : start), total, height);
  const to = (next: number): void => setKept({ key, anchor: anchorAt(rows, clampTop(next, total, height)) });
  const page = Math.max(1, height - 2);
  return {
    top,
    total,
    height,
    atEnd: top + height >= total,
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

/** Calls `show` when the moment has changed within one text, after the new text is there. */
export const useChange = (key: string, moment: string, show: () => void): void => {
  const before = useRef({ key, moment });
  // Before the frame is drawn: afterwards it would undo what the learner has scrolled in between.
  useLayoutEffect(() => {
    const changed = before.current.key === key && before.current.moment !== moment;
    before.current = { key, moment };
    if (changed) show();
  });
};
