import type { Hop, Trace } from '../stack/browser/trace.ts';
import { summaryOf } from './evidence.ts';
import { type Glyphs, glyphsFor } from './glyphs.ts';
import { blank, cells, clip, column, duration, type Line, line, rightColumn, span, wrap } from './line.ts';
import type { Places } from './upstream-words.ts';

export interface WaterfallOptions {
  width: number;
  ascii?: boolean;
  places?: Places;
  /** False where it has been explained already that some bars have no place. */
  explained?: boolean;
}

/** Where a hop is drawn, in milliseconds from the start of the trace. */
export interface Placed {
  hop: Hop;
  startMs: number;
  /** False when only the length was measured. */
  measured: boolean;
  depth: number;
}

/** Hops inside the server have no start: each is centred in the hop that contains it. */
export const placeHops = (trace: Trace): Placed[] => {
  const placed: Placed[] = [];
  for (const hop of trace.hops) {
    if (hop.startMs !== undefined) {
      placed.push({ hop, startMs: hop.startMs, measured: true, depth: 0 });
      continue;
    }
    // The one before it waits for it: the browser for the front, that for whom it asks, and so on.
    const before = placed.at(-1);
    const parent = before && (!before.measured || before.hop.part === 'http') ? before : undefined;
    // A server may write its log a little after the browser has everything.
    const slack = parent ? Math.max(0, parent.hop.durationMs - hop.durationMs) : 0;
    placed.push({
      hop,
      startMs: (parent?.startMs ?? 0) + slack / 2,
      measured: false,
      depth: parent ? parent.depth + 1 : 0,
    });
  }
  return placed;
};

const bar = (placed: Placed, totalMs: number, width: number, glyphs: Glyphs): [string, string, string] => {
  const scale = totalMs > 0 ? width / totalMs : 0;
  const start = Math.min(width - 1, Math.floor(placed.startMs * scale));
  const exact = placed.hop.durationMs * scale;
  const length = Math.max(1, Math.min(width - start, Math.round(exact)));
  const sign = exact < 0.5 ? glyphs.sliver : placed.measured ? glyphs.bar : glyphs.shade;
  return [' '.repeat(start), sign.repeat(length), ' '.repeat(width - start - length)];
};

const durationWidth = 8;
const note =
  'The parts inside the server report how long they took, not when: their bars show the length, centred in the bar that contains them.';

/** One request as bars on a time axis: the browser's hops where they were, the server's by their length. */
export const waterfall = (
  trace: Trace,
  { width, ascii = false, places, explained = true }: WaterfallOptions,
): Line[] => {
  const glyphs = glyphsFor(ascii);
  const placed = placeHops(trace);
  const names = placed.map(({ hop, depth }) => `${' '.repeat(depth)}${hop.part}`);
  const nameWidth = Math.max(5, ...names.map(cells)) + 1;
  const summaryWidth = width >= 64 ? Math.min(28, Math.floor(width * 0.32)) : 0;
  const barWidth = width - nameWidth - durationWidth - (summaryWidth > 0 ? summaryWidth + 1 : 0);
  const totalMs = Math.max(trace.durationMs, ...placed.map(({ hop, startMs }) => startMs + hop.durationMs));
  const rows = placed.map((row, index) => {
    const failed = 'failure' in row.hop && row.hop.failure !== undefined;
    const [before, filled, after] = bar(row, totalMs, Math.max(1, barWidth), glyphs);
    return clip(
      line(
        span(column(names[index] ?? '', nameWidth, glyphs.ellipsis)),
        ...(summaryWidth > 0
          ? [span(`${column(summaryOf(row.hop, places), summaryWidth, glyphs.ellipsis)} `, 'dim')]
          : []),
        before,
        span(filled, failed ? 'bad' : row.measured ? 'accent' : 'dim'),
        after,
        span(rightColumn(duration(row.hop.durationMs), durationWidth), failed ? 'bad' : 'plain'),
      ),
      width,
      glyphs.ellipsis,
    );
  });
  const guessed = explained && placed.some(({ measured }) => !measured);
  return [
    ...outcomeLines(trace, width, glyphs),
    blank,
    ...rows,
    ...(guessed ? [blank, ...wrap(note, width).map(text => line(span(text, 'dim')))] : []),
  ];
};

/** `GET /guestbook`, and what came of it: by sign, word and time. */
export const outcomeLines = (trace: Trace, width: number, glyphs: Glyphs): Line[] => {
  const bad = trace.failure !== undefined || (trace.status ?? 0) >= 500;
  const sign = bad ? glyphs.cross : glyphs.tick;
  return [
    clip(line(span(`${trace.method} ${trace.url}`, 'strong')), width, glyphs.ellipsis),
    clip(
      line(span(`${sign} ${trace.outcome}`, bad ? 'bad' : 'good'), span(` in ${duration(trace.durationMs)}`)),
      width,
      glyphs.ellipsis,
    ),
    ...(trace.message ? wrap(trace.message, width).map(text => line(span(text, 'warn'))) : []),
  ];
};
