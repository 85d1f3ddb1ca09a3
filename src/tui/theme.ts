import type { TextProps } from 'ink';
import type { Tone } from '../plain/line.ts';

export type Theme = Readonly<Record<Tone, Pick<TextProps, 'color' | 'bold' | 'dimColor'>>>;

/** Only the terminal's own sixteen colours, so that the learner's palette decides. */
const coloured: Theme = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  accent: { color: 'cyan' },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
};

/** Every tone also stands for a sign or a word, so nothing is lost. */
const colourless: Theme = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  accent: { bold: true },
  good: {},
  warn: {},
  bad: { bold: true },
};

export const themeFor = (colour: boolean): Theme => (colour ? coloured : colourless);

/** As https://no-color.org says. Whether the terminal has colours at all is left to Ink. */
export const wantsColour = ({ NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean => !NO_COLOR && TERM !== 'dumb';
