import { useState } from 'react';
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
  const topOf = (now: typeof kept) =>
    clampTop(rowAt(rows, now.key === key ? now.anchor : start), total, height);
  const top = topOf(kept);
  // From where it is by then: a slow line delivers several keys before anything is drawn.
  const move = (next: (top: number) => number): void =>
    setKept(now => ({ key, anchor: anchorAt(rows, clampTop(next(topOf(now)), total, height)) }));
  const to = (next: number): void => move(() => next);
  const page = Math.max(1, height - 2);
  return {
    top,
    total,
    height,
    atEnd: top + height >= total,
    to,
    reveal: (from, end) => move(now => reveal(now, height, from, end)),
    handlers: {
      up: () => move(now => now - 1),
      down: () => move(now => now + 1),
      pageUp: () => move(now => now - page),
      pageDown: () => move(now => now + page),
      top: () => to(0),
      bottom: () => to(total),
    },
  };
};

/** Calls `show` when the moment has changed within one text. */
export const useChange = (key: string, moment: string, show: () => void): void => {
  const [before, setBefore] = useState({ key, moment });
  if (before.key === key && before.moment === moment) return;
  // While drawing: an effect would show the new text at its old place first, for the time of a frame, and might undo
  // what the learner has scrolled in between.
  setBefore({ key, moment });
  if (before.key === key) show();
};
