import type { Layout, Rect } from '../../layout.ts';

export interface LabLayout {
  /** Prompt and stack take turns. */
  single: boolean;
  prompt: Rect;
  stack: Rect;
  gap: number;
  /** Wide enough for charts. */
  charts: boolean;
}

const widestText = 80;
const widestStack = 110;
/** Room for a server, its address and the widest part in one line. */
const leastStack = 47;

/** Where prompt and stack are drawn; the stack needs more cells than beside the text of a lesson. */
export const labLayout = ({ mode, columns, body }: Layout): LabLayout => {
  const { height } = body;
  if (mode === 'single' || mode === 'small') {
    return {
      single: true,
      prompt: { width: Math.min(widestText, body.width), height },
      stack: { width: Math.min(widestStack, body.width), height },
      gap: 0,
      charts: false,
    };
  }
  const gap = 3;
  const both = body.width - gap;
  const prompt = Math.min(widestText, Math.floor(both * 0.55), both - leastStack);
  const stack = Math.min(widestStack, both - prompt);
  return {
    single: false,
    prompt: { width: prompt, height },
    stack: { width: stack, height },
    gap,
    charts: columns >= 140,
  };
};
