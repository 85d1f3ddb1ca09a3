import { Box, useAnimation } from 'ink';
import { type RefObject, useMemo } from 'react';
import { blank, type Line, line, span, wrap } from '../../../plain/line.ts';
import { meterLines, meterStrip } from '../../../plain/meter-lines.ts';
import type { MeterView } from '../../../plain/meters.ts';
import { sawRequest } from '../../../plain/part-words.ts';
import { drawStack } from '../../../plain/stack-picture.ts';
import { Rows } from '../../components/rows.tsx';
import { traceLines } from '../../components/stack-panes.tsx';
import { useMeters } from '../../hooks/use-meters.ts';
import type { Rect } from '../../layout.ts';
import { type Shell, useShell } from '../../shell.ts';
import { selectedLines } from './selected-lines.ts';
import { type Detail, type LabView, selectedIn } from './state.ts';
import { useLogs } from './use-logs.ts';

/** How far trace or logs are scrolled, and what the drawing found out about them. */
export interface DetailScroll {
  /** Lines from the top; of logs, which are followed, from their end. */
  by: number;
  /** The most that makes sense. */
  limit: RefObject<number>;
  /** Whether there is room for them below the picture. */
  room: RefObject<boolean>;
}

type Props = {
  view: LabView;
  rect: Rect;
  charts: boolean;
  scroll: DetailScroll;
  /** What the last command did, where the prompt is not beside it. */
  echo: Line | undefined;
};

const interval = 100;
/** A blank line, a title and some text. */
const leastDetail = 6;

/** Picture, meters, and trace or logs, as far as there is room; or one of them alone. */
export const StackArea = ({ view, rect, charts, scroll, echo }: Props) => {
  const shell = useShell();
  const { stack, ascii, glyphs } = shell;
  const { topology, parts, last, secured } = stack;
  const { width, height } = rect;
  const meters = useMeters();
  const target = selectedIn(topology, view);
  const alone = view.focus === 'detail';
  const focused = view.focus === 'stack';
  const logs = useLogs(stack.stack, target, view.detail === 'logs');
  const { frame } = useAnimation({ interval, isActive: stack.moving });
  const moving = stack.moving ? frame : stepOf(meters);

  const about = focused
    ? [
        blank,
        ...selectedLines(target, topology, parts, { width, secured, ellipsis: glyphs.ellipsis }),
        ...(echo ? [echo] : []),
      ]
    : [];
  const measured = useMemo(
    () => meters && gauges(meters, { width, height, ascii, charts }),
    [meters, width, height, ascii, charts],
  );
  const spare = height - about.length - (measured ? measured.full.length + 1 : 0) - leastDetail;
  const drawing = useMemo(
    () =>
      drawStack(topology, parts, {
        width,
        height: spare,
        ascii,
        secured,
        ...(moving === undefined ? {} : { moving }),
        ...(last ? { saw: sawRequest(last) } : {}),
        ...(focused ? { selected: target } : {}),
      }),
    [topology, parts, width, spare, ascii, secured, moving, last, focused, target],
  );
  // What finds no room is left out, the picture last of all; of that the part stays that is chosen.
  const pictureHeight = Math.min(drawing.lines.length, height - about.length);
  const top = Math.max(
    0,
    Math.min(drawing.lines.length - pictureHeight, (drawing.rows.get(target) ?? 0) - (pictureHeight >> 1)),
  );
  const picture = useMemo(() => drawing.lines.slice(top, top + pictureHeight), [drawing, top, pictureHeight]);
  const left = height - pictureHeight - about.length;
  const shown =
    measured && view.detail !== 'meters'
      ? [measured.full, measured.strip].find(rows => rows.length < left)
      : undefined;
  const below = left - (shown ? shown.length + 1 : 0);
  const room = below >= leastDetail;
  scroll.room.current = room;

  if (alone) return <DetailRows {...{ view, scroll, shell, logs, meters, target, width, height, charts }} />;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <Rows rows={picture} width={width} />
      <Rows rows={about} width={width} />
      {shown && <Rows rows={[blank, ...shown]} width={width} />}
      {room && (
        <Box marginTop={1}>
          <DetailRows {...{ view, scroll, shell, logs, meters, target, width, charts }} height={below - 1} />
        </Box>
      )}
    </Box>
  );
};

/** While visitors come the dot goes on with each new reading. */
const stepOf = (meters: MeterView | undefined): number | undefined =>
  meters?.meters.state === 'running'
    ? Math.floor((meters.meters.windows.at(-1)?.toMs ?? 0) / 480)
    : undefined;

const gauges = (
  meters: MeterView,
  { width, height, ascii, charts }: Rect & { ascii: boolean; charts: boolean },
): { full: Line[]; strip: Line[] } => ({
  // Charts only where the picture and a trace find room beside them.
  full: meterLines(meters, { width, ascii, charts: charts && height >= 30 }),
  strip: meterStrip(meters, { width, ascii }),
});

type DetailProps = {
  view: LabView;
  scroll: DetailScroll;
  shell: Shell;
  logs: readonly string[] | undefined;
  meters: MeterView | undefined;
  target: string;
  width: number;
  height: number;
  charts: boolean;
};

const DetailRows = ({ view, scroll, shell, logs, meters, target, width, height, charts }: DetailProps) => {
  const { glyphs, ascii } = shell;
  const rows = detailRows(view.detail, { shell, logs, meters, width, ascii, charts });
  const room = height - 1;
  const limit = Math.max(0, rows.length - room);
  scroll.limit.current = limit;
  const by = Math.min(scroll.by, limit);
  // Of logs the newest stay in sight.
  const top = view.detail === 'logs' ? limit - by : by;
  const above = top > 0 ? ` ${glyphs.up} ${top}` : '';
  const under = top < limit ? ` ${glyphs.down} ${limit - top}` : '';
  const title = line(
    span(titles[view.detail](target), 'strong'),
    span(`${above}${under}${above || under ? ' more' : ''}`, 'dim'),
  );
  return <Rows rows={[title, ...rows.slice(top, top + room)]} width={width} />;
};

const titles: Record<Detail, (target: string) => string> = {
  trace: () => 'The last request',
  logs: target => `Logs of ${target}`,
  meters: () => 'Meters',
};

const detailRows = (
  detail: Detail,
  of: Omit<DetailProps, 'view' | 'scroll' | 'target' | 'height'> & { ascii: boolean },
): Line[] => {
  const { shell, logs, meters, width, ascii, charts } = of;
  const say = (text: string): Line[] => wrap(text, width).map(part => line(span(part, 'dim')));
  switch (detail) {
    case 'trace':
      return traceLines(shell.stack.last, shell, width);
    case 'logs':
      if (!logs) return say('Reading them ...');
      if (logs.length === 0) return say('Nothing has been written yet.');
      return logs.flatMap(text =>
        wrap(text, width - 2).map((part, at) => line(at === 0 ? '' : '  ', span(part))),
      );
    case 'meters':
      return meters
        ? meterLines(meters, { width, ascii, charts })
        : say('No visitors yet: "load 100/s for 10s" sends some, "load 50/s in background" goes on.');
  }
};
