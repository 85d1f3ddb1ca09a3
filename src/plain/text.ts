import { cells, wrap } from './line.ts';

/** Text behind `head`, wrapped so that it hangs there. */
export const hanging = (head: string, text: string, width: number): string[] => {
  const indent = ' '.repeat(cells(head));
  const lines = wrap(text, Math.max(1, width - cells(head)));
  return lines.length === 0 ? [head] : lines.map((line, index) => `${index === 0 ? head : indent}${line}`);
};

/** Between the parts of a text; `less` finds the next one by its signs. */
export const heading = (text: string): string[] => ['', `== ${text} ==`];

/** A time from now on: `now`, `in 8 minutes`, `in 5 hours`, `in 12 days`. */
export const fromNow = (ms: number): string => {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 0) return 'now';
  if (minutes < 90) return `in ${counted(minutes, 'minute')}`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `in ${counted(hours, 'hour')}` : `in ${counted(Math.round(hours / 24), 'day')}`;
};

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
