import stringWidth from 'string-width';

/** What a piece of text means; the screens choose a colour for it, plain output leaves it out. */
export type Tone = 'plain' | 'dim' | 'strong' | 'accent' | 'good' | 'warn' | 'bad';

export interface Span {
  text: string;
  tone?: Tone;
}

/** One line of the terminal; the same for the screens and for plain output. */
export type Line = readonly Span[];

// Control characters would move the cursor or start an escape sequence; the others turn text around.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const sequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;

/** Text that may come from outside, on one line and without anything that a terminal obeys. */
export const clean = (text: string): string => text.replace(sequence, '').replace(unprintable, ' ');

export const span = (text: string, tone?: Tone): Span =>
  tone ? { text: clean(text), tone } : { text: clean(text) };

export const line = (...spans: (Span | string)[]): Line =>
  spans.map(part => (typeof part === 'string' ? span(part) : part));

export const blank: Line = [];

export const textOf = (of: Line): string => of.map(({ text }) => text).join('');

// Most text here is ASCII, for which the length is the width.
const ascii = /^[ -~]*$/;

/** Cells that the text takes in a terminal. */
export const cells = (text: string): number => (ascii.test(text) ? text.length : stringWidth(text));

export const widthOf = (of: Line): number => of.reduce((sum, { text }) => sum + cells(text), 0);

const segmenter = new Intl.Segmenter();

/** Cut to `width` cells; `end` replaces what is lost. */
export const cut = (text: string, width: number, end = '…'): string => {
  if (cells(text) <= width) return text;
  let kept = '';
  let room = width - cells(end);
  if (room < 0) return '';
  for (const { segment } of segmenter.segment(text)) {
    room -= cells(segment);
    if (room < 0) break;
    kept += segment;
  }
  return kept + end;
};

/** Cut or filled with spaces to exactly `width` cells. */
export const column = (text: string, width: number, end = '…'): string => {
  const kept = cut(clean(text), width, end);
  return kept + ' '.repeat(Math.max(0, width - cells(kept)));
};

/** The same, with the text at the right side. */
export const rightColumn = (text: string, width: number): string => {
  const kept = cut(clean(text), width);
  return ' '.repeat(Math.max(0, width - cells(kept))) + kept;
};

/** The line cut to at most `width` cells. */
export const clip = (of: Line, width: number, end = '…'): Line => {
  if (widthOf(of) <= width) return of;
  const kept: Span[] = [];
  let room = width;
  for (const part of of) {
    const text = cut(part.text, room, end);
    kept.push({ ...part, text });
    room -= cells(text);
    if (text !== part.text) break;
  }
  return kept;
};

/** In the place of a sign that is wider than its whole line. */
const misfit = '?';

/** A word in pieces of at most `width` cells. */
const broken = (word: string, width: number): string[] => {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of segmenter.segment(word)) {
    const sign = cells(segment) <= width ? segment : misfit;
    if (piece !== '' && used + cells(sign) > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += sign;
    used += cells(sign);
  }
  return [...pieces, piece];
};

/** Text broken between words into lines of at most `width` cells; a longer word is broken too. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let current = '';
  for (const [, space = '', word = ''] of clean(text).matchAll(/( *)([^ ]+)/g)) {
    if (cells(current + space + word) <= width) {
      current += space + word;
      continue;
    }
    if (current !== '') lines.push(current);
    const pieces = broken(word, width);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
  }
  return current === '' ? lines : [...lines, current];
};

/** Milliseconds as people read them: `<0.01 ms`, `0.04 ms`, `0.4 ms`, `43 ms`, `1.25 s`. */
export const duration = (ms: number): string => {
  if (ms === 0) return '0 ms';
  if (ms < 0.005) return '<0.01 ms';
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms >= 10 ? 0 : ms >= 0.1 ? 1 : 2)} ms`;
};
