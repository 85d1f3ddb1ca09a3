import { type Glyphs, glyphsFor } from './glyphs.ts';
import { cells, clip, column, type Line, line, rightColumn, span, type Tone, wrap } from './line.ts';
import { availabilityOf, budgetText, type Now, nowOf, rate, share, time, titleOf } from './meter-now.ts';
import type { MeterView } from './meters.ts';
import { columns, type Point, sparkline } from './sparkline.ts';

export interface MeterOptions {
  width: number;
  ascii?: boolean;
  /** Charts of several lines in the place of sparklines. */
  charts?: boolean;
}

const toneOfBudget = (used: number): Tone => (used > 1 ? 'bad' : used > 0 ? 'warn' : 'good');

const mostOf = (points: readonly Point[]): number => Math.max(0, ...points.map(point => point ?? 0));

const labelWidth = 10;
const valueWidth = 8;
const widestSpark = 40;

/** The meters of a load, each with its course over the last seconds. */
export const meterLines = (view: MeterView, options: MeterOptions): Line[] => {
  const { width, ascii = false, charts = false } = options;
  const glyphs = glyphsFor(ascii);
  const now = nowOf(view);
  const lines = [
    line(span(titleOf(view), 'strong')),
    ...(charts ? chartLines(view, now, width, glyphs) : sparkLines(view, now, width, glyphs)),
    ...wrap(budgetText(now.budget), width).map(text => line(span(text, toneOfBudget(now.budget.used)))),
    ...(now.total.doubt === undefined || view.meters.state === 'running'
      ? []
      : wrap(`NOT VALID: ${now.total.doubt}`, width).map(text => line(span(text, 'bad')))),
  ];
  return lines.map(row => clip(row, width, glyphs.ellipsis));
};

const sparkLines = ({ samples }: MeterView, now: Now, width: number, { levels }: Glyphs): Line[] => {
  const room = Math.min(widestSpark, width - labelWidth - valueWidth - 2);
  const meter = (
    label: string,
    value: string,
    points: readonly Point[],
    most: number,
    tone: Tone = 'accent',
  ): Line =>
    line(
      span(column(label, labelWidth)),
      span(rightColumn(value, valueWidth), tone === 'bad' ? 'bad' : 'strong'),
      '  ',
      span(sparkline(points, most, room, levels), tone),
    );
  const slowest = mostOf(samples.map(({ p99 }) => p99));
  const visitors = mostOf(samples.map(({ sentPerS, failed }) => Math.max(sentPerS, failed)));
  return [
    meter(
      'sent',
      now.sent,
      samples.map(({ sentPerS }) => sentPerS),
      visitors,
    ),
    meter(
      'served',
      now.served,
      samples.map(({ servedPerS }) => servedPerS),
      visitors,
      'good',
    ),
    meter(
      'failed',
      now.failed,
      samples.map(({ failed }) => failed),
      visitors,
      now.failing ? 'bad' : 'accent',
    ),
    ...reasonLines(now, width),
    meter(
      'p50',
      time(now.p50),
      samples.map(({ p50 }) => p50),
      slowest,
    ),
    meter(
      'p95',
      time(now.p95),
      samples.map(({ p95 }) => p95),
      slowest,
    ),
    meter(
      'p99',
      time(now.p99),
      samples.map(({ p99 }) => p99),
      slowest,
    ),
    meter(
      'available',
      availabilityOf(now),
      samples.map(({ availability }) => availability),
      1,
    ),
  ];
};

/** Always there, so that nothing below it moves when the first visitor fails. */
const reasonLines = ({ reasons }: Now, width: number): Line[] => [
  line(
    span(
      clippedList(reasons.length === 0 ? ['nobody failed'] : reasons, width - 2),
      reasons.length ? 'bad' : 'dim',
    ),
  ).map(part => ({ ...part, text: `  ${part.text}` })),
];

/** As many of them as fit, and how many more there are. */
const clippedList = (items: readonly string[], width: number): string => {
  for (let shown = items.length; shown > 0; shown--) {
    const rest = items.length - shown;
    const text = [...items.slice(0, shown), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
    if (cells(text) <= width || shown === 1) return text;
  }
  return '';
};

const chartHeight = 4;

const chartLines = ({ samples }: MeterView, now: Now, width: number, { levels }: Glyphs): Line[] => {
  const gap = 4;
  const each = { width: Math.min(60, Math.floor((width - gap) / 2)), height: chartHeight };
  const chart = (
    label: string,
    value: string,
    points: readonly Point[],
    most: number,
    tone: Tone,
    scale: string,
  ) => {
    const head = `${label} ${value}`;
    return [
      [
        span(head, 'strong'),
        span(
          rightColumn(cells(head) + cells(scale) < each.width ? scale : '', each.width - cells(head)),
          'dim',
        ),
      ],
      ...columns(points, most, each, levels).map(text => [span(text, tone)]),
    ];
  };
  const visitors = mostOf(samples.map(({ sentPerS, failed }) => Math.max(sentPerS, failed)));
  const slowest = mostOf(samples.map(({ p99 }) => p99));
  const typical = mostOf(samples.map(({ p50 }) => p50));
  const upTo = (text: string): string => `up to ${text}`;
  const beside = (left: Line[], right: Line[]): Line[] =>
    left.map((row, at) => line(...row, ' '.repeat(gap), ...(right[at] ?? [])));
  return [
    ...beside(
      chart(
        'served',
        `${now.served} of ${now.sent}`,
        samples.map(({ servedPerS }) => servedPerS),
        visitors,
        'good',
        upTo(rate(visitors)),
      ),
      chart(
        'failed',
        now.failed,
        samples.map(({ failed }) => failed),
        visitors,
        'bad',
        upTo(rate(visitors)),
      ),
    ),
    ...reasonLines(now, width),
    ...beside(
      chart(
        'p50',
        time(now.p50),
        samples.map(({ p50 }) => p50),
        typical,
        'accent',
        upTo(time(typical)),
      ),
      chart(
        'p99',
        `${time(now.p99)}, p95 ${time(now.p95)}`,
        samples.map(({ p99 }) => p99),
        slowest,
        'accent',
        upTo(time(slowest)),
      ),
    ),
    line(span('available ', 'plain'), span(availabilityOf(now), 'strong')),
  ];
};

/** The same in two lines, for where there is room for no more. */
export const meterStrip = (view: MeterView, { width, ascii = false }: MeterOptions): Line[] => {
  const glyphs = glyphsFor(ascii);
  const now = nowOf(view);
  const { samples } = view;
  const visitors = mostOf(samples.map(({ sentPerS, failed }) => Math.max(sentPerS, failed)));
  const narrow = width < 70;
  const spark = narrow ? 4 : 12;
  const failing = now.failing;
  return [
    line(
      span('served '),
      span(rightColumn(now.served, 5), 'strong'),
      ' ',
      span(
        column(
          sparkline(
            samples.map(({ servedPerS }) => servedPerS),
            visitors,
            spark,
            glyphs.levels,
          ),
          spark,
        ),
        'good',
      ),
      span('  failed '),
      span(rightColumn(now.failed, 5), failing ? 'bad' : 'strong'),
      ' ',
      span(
        column(
          sparkline(
            samples.map(({ failed }) => failed),
            visitors,
            spark,
            glyphs.levels,
          ),
          spark,
        ),
        failing ? 'bad' : 'dim',
      ),
      span(`${narrow ? '' : `  p50 ${time(now.p50)}`}  p99 ${time(now.p99)}`),
    ),
    line(
      span(
        `available ${availabilityOf(now)}, budget used ${share(now.budget.used)}`,
        toneOfBudget(now.budget.used),
      ),
      ...(now.reasons.length > 0 ? [span(`  ${clippedList(now.reasons, width - 40)}`, 'bad')] : []),
    ),
  ].map(row => clip(row, width, glyphs.ellipsis));
};

/** One sentence of a load, for plain lines. */
export const meterSentence = (view: MeterView): string => {
  const now = nowOf(view);
  const why = now.reasons.length > 0 ? ` (${now.reasons.join(', ')})` : '';
  return [
    `${titleOf(view).replace('  ', ', ')}: ${now.served} served`,
    `${now.failed} failed${why}`,
    `p50 ${time(now.p50)}, p95 ${time(now.p95)}, p99 ${time(now.p99)}`,
    `available ${availabilityOf(now)}`,
    budgetText(now.budget),
  ].join(', ');
};
