import type { PartStatus } from '../stack/stack.ts';
import type { PartId, PartName, PartPlan, ServerPlan, Topology } from '../stack/topology.ts';
import { type Glyphs, glyphsFor } from './glyphs.ts';
import { cells, clip, column, type Line, line, rightColumn, type Span, span, type Tone } from './line.ts';

export interface PictureOptions {
  width: number;
  ascii?: boolean;
  /** A counter while a request is on its way; absent while nothing moves. */
  moving?: number;
  /** The parts that saw the last request. */
  via?: readonly PartName[];
  selected?: PartId;
}

const wordWidth = 9;
const toneOf: Record<PartStatus['state'], Tone> = {
  running: 'good',
  starting: 'warn',
  paused: 'warn',
  stopped: 'dim',
  crashed: 'bad',
};

/** What a part is, for people; shown where there is room. */
const roles: Record<PartName, string> = {
  dns: 'name server',
  web: 'web server',
  app: 'app server',
  db: 'database',
};

/** The program that plays it, with as much of its version as there is room for; what is embedded has no name. */
const program = (status: PartStatus | undefined, room: number): string | undefined => {
  if (status?.engine !== 'installed') return undefined;
  const [name = '', major, minor, patch] = status.label.split(/[ .]/);
  return (
    [`${name} ${major}.${minor}.${patch}`, `${name} ${major}.${minor}`].find(text => cells(text) <= room) ??
    name
  );
};

interface Context {
  status: ReadonlyMap<PartId, PartStatus>;
  glyphs: Glyphs;
  options: PictureOptions;
}

const partSpans = (plan: PartPlan, width: number, { status, glyphs, options }: Context): Span[] => {
  const known = status.get(plan.id);
  const state = known?.state;
  const tone = state ? toneOf[state] : 'dim';
  const saw = options.via?.includes(plan.part) ?? false;
  const role = width >= 37 ? 13 : width === 36 ? 12 : 0;
  const name = column(
    `${plan.part.padEnd(5)}${role > 0 ? (program(known, role) ?? roles[plan.part]) : ''}`,
    role > 0 ? 6 + role : 5,
    glyphs.ellipsis,
  );
  const port = `:${plan.address.port}`;
  const sign = state ? glyphs.state[state] : ' ';
  const used = 2 + cells(name) + wordWidth;
  const room = Math.max(0, width - used - 6);
  const mark = !saw ? '' : room >= 9 ? ` ${glyphs.left} saw it` : glyphs.left;
  return [
    span(`${sign} `, tone),
    span(name, options.selected === plan.id ? 'accent' : 'strong'),
    span(column(state ?? 'planned', wordWidth), tone),
    span(column(mark, room, ''), 'accent'),
    span(rightColumn(port, Math.min(6, Math.max(0, width - used))), 'dim'),
  ];
};

const serverLines = (server: ServerPlan, width: number, context: Context): Line[] => {
  const { vertical, horizontal, corner, down } = context.glyphs;
  const inner = width - 4;
  const title = ` ${server.name} `;
  const address = ` ${server.ip} `;
  const gap = Math.max(0, width - 4 - cells(title) - cells(address));
  const side = span(vertical, 'dim');
  const rows: Line[] = server.parts.flatMap((plan, index) => {
    const row = line(side, ' ', ...partSpans(plan, inner, context), ' ', side);
    const previous = server.parts[index - 1];
    return previous ? [line(side, ' ', span(column(down, inner), 'dim'), ' ', side), row] : [row];
  });
  return [
    line(
      span(`${corner.topLeft}${horizontal}`, 'dim'),
      span(title, 'strong'),
      span(horizontal.repeat(gap), 'dim'),
      span(address, 'accent'),
      span(`${horizontal}${corner.topRight}`, 'dim'),
    ),
    ...rows,
    line(span(`${corner.bottomLeft}${horizontal.repeat(width - 2)}${corner.bottomRight}`, 'dim')),
  ].map(row => clip(row, width, ''));
};

const indent = 4;

/** The browser, each server with its parts and their states, and the links between them, from top to bottom. */
export const stackPicture = (
  topology: Topology,
  parts: readonly PartStatus[],
  options: PictureOptions,
): Line[] => {
  const glyphs = glyphsFor(options.ascii ?? false);
  const context: Context = { status: new Map(parts.map(part => [part.id, part])), glyphs, options };
  const reached = new Set(topology.links.filter(({ from }) => from === 'browser').map(({ to }) => to));
  const last = topology.servers.findLastIndex(server => server.parts.some(({ id }) => reached.has(id)));
  const boxes = topology.servers.flatMap((server, index) => {
    const linked = server.parts.some(({ id }) => reached.has(id));
    const rail = (row: number): Span[] => {
      if (index > last) return [span(' '.repeat(indent))];
      if (row !== 1) return [span(column(index < last || row < 1 ? glyphs.vertical : '', indent), 'dim')];
      const elbow = index < last ? glyphs.branch : glyphs.corner.bottomLeft;
      const head = linked ? `${elbow}${glyphs.horizontal}${glyphs.pointer} ` : `${glyphs.vertical}   `;
      return [span(head, 'dim')];
    };
    const box = serverLines(server, options.width - indent, context).map((row, at) =>
      line(...rail(at), ...row),
    );
    return [line(...rail(-1)), ...box];
  });
  const lines = [line(span('browser', 'strong'), span(' on your machine', 'dim')), ...boxes];
  return lines.map((row, at) =>
    clip(withMoving(row, at, lines.length, options.moving, glyphs), options.width, ''),
  );
};

/** A request on its way is a dot that runs down the rail: where it really is cannot be seen before it is back. */
const withMoving = (
  row: Line,
  at: number,
  height: number,
  moving: number | undefined,
  glyphs: Glyphs,
): Line => {
  const first = row[0];
  if (moving === undefined || at === 0 || !first || at !== 1 + (moving % (height - 1))) return row;
  if (!first.text.startsWith(glyphs.vertical)) return row;
  return [
    span(glyphs.moving, 'accent'),
    { ...first, text: first.text.slice(glyphs.vertical.length) },
    ...row.slice(1),
  ];
};
