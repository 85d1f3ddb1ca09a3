import type { PartState, PartStatus } from '../stack/stack.ts';
import type { PartId, PartPlan } from '../stack/topology.ts';
import type { Glyphs } from './glyphs.ts';
import type { Line, Tone } from './line.ts';

export interface PictureOptions {
  width: number;
  /** Lines that there are for it: where boxes need more, each server becomes a line. */
  height?: number;
  ascii?: boolean;
  /** A counter while requests are on their way; absent while nothing moves. */
  moving?: number;
  /** Whether a part saw the last request. */
  saw?: (plan: PartPlan) => boolean;
  /** A server or a part, as TARGET names it. */
  selected?: string;
  /** HTTPS is in use: its port is shown, too. */
  secured?: boolean;
}

/** What a way of drawing may need to know. */
export interface PictureContext {
  parts: readonly PartStatus[];
  status: ReadonlyMap<PartId, PartStatus>;
  glyphs: Glyphs;
  options: PictureOptions;
}

/** Lines, and the one on which each server and part stands. */
export interface Drawing {
  lines: readonly Line[];
  rows: ReadonlyMap<string, number>;
}

export const toneOf: Record<PartState, Tone> = {
  running: 'good',
  starting: 'warn',
  paused: 'warn',
  stopped: 'dim',
  crashed: 'bad',
};
