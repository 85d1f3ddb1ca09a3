export interface Rect {
  width: number;
  height: number;
}

/** `small`: only a notice fits. `single`: one pane, Tab switches. `double`: picture beside. `triple`: trace too. */
export type Mode = 'small' | 'single' | 'double' | 'triple';

export interface Layout {
  mode: Mode;
  columns: number;
  rows: number;
  /** Cells left free at both sides of the body. */
  margin: number;
  /** Empty lines above and below the body. */
  air: number;
  /** Between panes. */
  gap: number;
  body: Rect;
  text: Rect;
  /** Picture and trace in `double`, the picture in `triple`; in `single` it takes the place of the text. */
  side: Rect;
  trace: Rect;
}

export const smallest = { columns: 60, rows: 16 };

const widestText = 80;
const widestSide = 60;

/** Where everything is drawn in a terminal of this size, in cells. */
export const layout = (columns: number, rows: number): Layout => {
  const margin = 2;
  const gap = 4;
  const air = rows >= 22 ? 1 : 0;
  // Header and footer take two lines each: one of text and a rule.
  const body = { width: Math.max(1, columns - 2 * margin), height: Math.max(1, rows - 4 - 2 * air) };
  const pane = (width: number): Rect => ({ width, height: body.height });
  const common = { columns, rows, margin, air, gap, body };
  const text = pane(Math.min(widestText, body.width));
  if (columns < smallest.columns || rows < smallest.rows) {
    return { ...common, mode: 'small', text, side: text, trace: text };
  }
  if (columns < 100) {
    return { ...common, mode: 'single', text, side: pane(Math.min(widestSide, body.width)), trace: text };
  }
  if (columns < 140) {
    const side = Math.min(widestSide, Math.floor((body.width - gap) * 0.42));
    const beside = pane(Math.min(widestText, body.width - gap - side));
    return { ...common, mode: 'double', text: beside, side: pane(side), trace: pane(side) };
  }
  const rest = body.width - 2 * gap;
  const wide = Math.min(widestText, Math.floor(rest * 0.44));
  const side = Math.min(46, Math.floor((rest - wide) * 0.5));
  const trace = Math.min(90, rest - wide - side);
  return { ...common, mode: 'triple', text: pane(wide), side: pane(side), trace: pane(trace) };
};
