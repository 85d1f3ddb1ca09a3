import type { PartStatus } from '../stack/stack.ts';
import { type PartPlan, partsOf, type ServerPlan, type Topology } from '../stack/topology.ts';
import type { Glyphs } from './glyphs.ts';
import { cells, clip, column, type Line, line, rightColumn, type Span, span } from './line.ts';
import { kinds, roleOf } from './part-words.ts';
import { type Drawing, type PictureContext, toneOf } from './stack-drawing.ts';
import { type Branch, stackTree } from './stack-tree.ts';

const wordWidth = 9;
const indent = 4;

/** A box for each server, with a line for each of its parts; below whoever sends requests to it. */
export const stackBoxes = (topology: Topology, context: PictureContext, width: number): Drawing => {
  const lines: Line[] = [];
  const rows = new Map<string, number>();
  for (const branch of stackTree(topology)) {
    const { server, level } = branch;
    rows.set(server.name, lines.length + 1);
    for (const [at, plan] of server.parts.entries()) rows.set(plan.id, lines.length + 2 + 2 * at);
    const box = serverLines(server, topology, width - indent * (level + 1), context);
    lines.push(line(rail(branch, -1, context.glyphs)));
    lines.push(...box.map((row, at) => line(rail(branch, at, context.glyphs), ...row)));
  }
  return { lines, rows };
};

/** What leads to a box, and past it to those further down; -1: the line above it. */
const rail = ({ linked, rails, goesOn }: Branch, row: number, glyphs: Glyphs): Span => {
  const past = (goes: boolean): string => column(goes ? glyphs.vertical : '', indent);
  const elbow = goesOn ? glyphs.branch : glyphs.corner.bottomLeft;
  const own =
    linked && row === 1
      ? `${elbow}${glyphs.horizontal}${glyphs.pointer} `
      : past(goesOn || (linked && row < 1));
  return span(rails.map(past).join('') + own, 'dim');
};

const serverLines = (
  server: ServerPlan,
  topology: Topology,
  width: number,
  context: PictureContext,
): Line[] => {
  const { vertical, horizontal, corner, down } = context.glyphs;
  const inner = width - 4;
  const chosen = context.options.selected === server.name;
  const title = chosen ? `[${server.name}]` : ` ${server.name} `;
  const address = ` ${server.ip} `;
  const gap = Math.max(0, width - 4 - cells(title) - cells(address));
  const side = span(vertical, 'dim');
  const rows: Line[] = server.parts.flatMap((plan, index) => {
    const row = line(side, ...partSpans(plan, topology, inner, context), side);
    const previous = server.parts[index - 1];
    if (!previous) return [row];
    const linked = topology.links.some(({ from, to }) => from === previous.id && to === plan.id);
    return [line(side, ' ', span(column(linked ? down : '', inner), 'dim'), ' ', side), row];
  });
  return [
    line(
      span(`${corner.topLeft}${horizontal}`, 'dim'),
      span(title, chosen ? 'accent' : 'strong'),
      span(horizontal.repeat(gap), 'dim'),
      span(address, 'accent'),
      span(`${horizontal}${corner.topRight}`, 'dim'),
    ),
    ...rows,
    line(span(`${corner.bottomLeft}${horizontal.repeat(width - 2)}${corner.bottomRight}`, 'dim')),
  ].map(row => clip(row, width, ''));
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

/** Role, program or kind, whichever says most in so many cells. */
const about = (
  plan: PartPlan,
  topology: Topology,
  { parts, status }: PictureContext,
  room: number,
): string => {
  const role = roleOf(plan, topology, parts);
  if (role === undefined) return program(status.get(plan.id), room) ?? kinds[plan.part];
  const both = `${kinds[plan.part]} ${role}`;
  return cells(both) <= room ? both : role;
};

const partSpans = (plan: PartPlan, topology: Topology, width: number, context: PictureContext): Span[] => {
  const { status, glyphs, options } = context;
  const state = status.get(plan.id)?.state;
  const tone = state ? toneOf[state] : 'dim';
  const nameWidth = 1 + Math.max(4, ...partsOf(topology).map(({ part }) => cells(part)));
  const spare = width - (nameWidth - 5);
  const role = spare >= 37 ? 13 : spare === 36 ? 12 : 0;
  const name = column(
    `${plan.part.padEnd(nameWidth)}${role > 0 ? about(plan, topology, context, role) : ''}`,
    nameWidth + (role > 0 ? 1 + role : 0),
    glyphs.ellipsis,
  );
  const secure = options.secured ? plan.secure?.port : undefined;
  const port = secure === undefined ? `:${plan.address.port}` : `:${plan.address.port} :${secure}`;
  const portWidth = Math.max(6, cells(port) + 1);
  const sign = state ? glyphs.state[state] : ' ';
  const used = 2 + cells(name) + wordWidth;
  const room = Math.max(0, width - used - portWidth);
  const mark = !options.saw?.(plan) ? '' : room >= 9 ? ` ${glyphs.left} saw it` : glyphs.left;
  const chosen = options.selected === plan.id;
  return [
    span(chosen ? '[' : ' ', 'accent'),
    span(`${sign} `, tone),
    span(name, chosen ? 'accent' : 'strong'),
    span(column(state ?? 'planned', wordWidth), tone),
    span(column(mark, room, ''), 'accent'),
    span(rightColumn(port, Math.min(portWidth, Math.max(0, width - used))), 'dim'),
    span(chosen ? ']' : ' ', 'accent'),
  ];
};
