import type { Trace } from '../stack/browser/trace.ts';
import { evidence } from './evidence.ts';
import { hopLines } from './hop-lines.ts';
import { duration, textOf } from './line.ts';
import { hanging } from './text.ts';

/** One request: what came of it, what every part did, and what each said about it. */
export const traceLines = (trace: Trace, width: number): string[] => [
  ...hanging('', `${trace.method} ${trace.url}`, width),
  ...hanging('', `${trace.outcome}, ${duration(trace.durationMs)}`, width),
  ...(trace.message ? hanging('', trace.message, width) : []),
  '',
  ...hopLines(trace, width, ''),
  '',
  'What each part said about it:',
  ...evidence(trace, width).map(line => textOf(line).trimEnd()),
];
