import type { Glyphs } from '../../plain/glyphs.ts';
import { type Span, span } from '../../plain/line.ts';

/** A share from 0 to 1 as a bar; anything above nothing shows, and only all of it is full. */
export const progressBar = (share: number, width: number, { bar, track }: Glyphs): Span[] => {
  const exact = Math.round(share * width);
  const filled = share <= 0 ? 0 : share >= 1 ? width : Math.max(1, Math.min(width - 1, exact));
  return [span(bar.repeat(filled), 'good'), span(track.repeat(width - filled), 'dim')];
};
