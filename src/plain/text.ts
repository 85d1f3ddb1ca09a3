import { cells, wrap } from './line.ts';

/** Text behind `head`, wrapped so that it hangs there. */
export const hanging = (head: string, text: string, width: number): string[] => {
  const indent = ' '.repeat(cells(head));
  const lines = wrap(text, Math.max(1, width - cells(head)));
  return lines.length === 0 ? [head] : lines.map((line, index) => `${index === 0 ? head : indent}${line}`);
};

/** Between the parts of a text; `less` finds the next one by its signs. */
export const heading = (text: string): string[] => ['', `== ${text} ==`];

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
