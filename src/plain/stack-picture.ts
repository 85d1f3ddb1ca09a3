import type { PartStatus } from '../stack/stack.ts';
import type { Topology } from '../stack/topology.ts';
import { type Glyphs, glyphsFor } from './glyphs.ts';
import { clip, type Line, line, span } from './line.ts';
import { stackBoxes } from './stack-boxes.ts';
import type { Drawing, PictureContext, PictureOptions } from './stack-drawing.ts';
import { stackRows } from './stack-rows.ts';

export type { PictureOptions } from './stack-drawing.ts';

/** Wider ones would only have more room inside. */
const widestBoxes = 72;

/**
 * The browser, each server with its parts and their states, and the links between them, from top to bottom: as boxes
 * where there is room for them, otherwise as a line for each server.
 */
export const drawStack = (
  topology: Topology,
  parts: readonly PartStatus[],
  options: PictureOptions,
): Drawing => {
  const glyphs = glyphsFor(options.ascii ?? false);
  const context: PictureContext = {
    parts,
    status: new Map(parts.map(part => [part.id, part])),
    glyphs,
    options,
  };
  const boxes = stackBoxes(topology, context, Math.min(widestBoxes, options.width));
  const fits = options.height === undefined || boxes.lines.length < options.height;
  const { lines, rows } = fits ? boxes : stackRows(topology, context, options.width);
  const all = [line(span('browser', 'strong'), span(' on your machine', 'dim')), ...lines];
  return {
    lines: all.map((row, at) =>
      clip(withMoving(row, at, all.length, options.moving, glyphs), options.width, ''),
    ),
    rows: new Map([...rows].map(([target, row]) => [target, row + 1])),
  };
};

export const stackPicture = (
  topology: Topology,
  parts: readonly PartStatus[],
  options: PictureOptions,
): readonly Line[] => drawStack(topology, parts, options).lines;

/** A request on its way is a dot that runs down the lines: where it really is cannot be seen before it is back. */
const withMoving = (
  row: Line,
  at: number,
  height: number,
  moving: number | undefined,
  glyphs: Glyphs,
): Line => {
  const [first, ...rest] = row;
  if (moving === undefined || at === 0 || !first || at !== 1 + (moving % (height - 1))) return row;
  const rail = [...first.text].findLastIndex(sign =>
    [glyphs.vertical, glyphs.branch, glyphs.corner.bottomLeft].includes(sign),
  );
  if (rail < 0) return row;
  const [before, behind] = [first.text.slice(0, rail), first.text.slice(rail + 1)];
  return [{ ...first, text: before }, span(glyphs.moving, 'accent'), { ...first, text: behind }, ...rest];
};
