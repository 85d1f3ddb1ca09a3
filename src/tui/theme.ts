import type { TextProps } from 'ink';
import type { Tone } from '../plain/line.ts';

/** Only the terminal's own sixteen colours, so that the learner's palette decides; NO_COLOR removes them all. */
export const theme: Readonly<Record<Tone, Pick<TextProps, 'color' | 'bold' | 'dimColor'>>> = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  accent: { color: 'cyan' },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
};
