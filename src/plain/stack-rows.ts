import type { PartPlan, Topology } from '../stack/topology.ts';
import type { Glyphs } from './glyphs.ts';
import { cells, column, type Line, line, type Span, span, widthOf } from './line.ts';
import { roleOf } from './part-words.ts';
import { type Drawing, type PictureContext, toneOf } from './stack-drawing.ts';
import { type Branch, stackTree } from './stack-tree.ts';

/** A line a server: its place in the tree, its address, its parts; parts that find no room go on below. */
export const stackRows = (topology: Topology, context: PictureContext, width: number): Drawing => {
  const { glyphs } = context;
  const tree = stackTree(topology);
  const names = tree.map(branch => 2 + 3 * branch.level + cells(branch.server.name) + 2);
  const nameWidth = Math.max(...names);
  const addressWidth = Math.max(...tree.map(({ server }) => cells(server.ip)));
  const indent = nameWidth + addressWidth;
  const rows = new Map<string, number>();
  const lines: Line[] = [];
  for (const branch of tree) {
    const { server } = branch;
    const head = [
      ...treeSpans(branch, glyphs),
      ...framed(server.name, [span(server.name, 'strong')], context),
    ];
    const left = line(
      ...head,
      span(' '.repeat(Math.max(0, nameWidth - widthOf(head)))),
      span(column(server.ip, addressWidth), 'accent'),
    );
    rows.set(server.name, lines.length);
    let row: Span[] = [...left];
    for (const plan of server.parts) {
      const cell = framed(plan.id, partSpans(plan, topology, context), context);
      // The last cell of a row needs no space behind it.
      if (widthOf(row) + widthOf(cell) - 1 > width) {
        lines.push(row);
        row = [span(below(branch, indent, glyphs), 'dim')];
      }
      rows.set(plan.id, lines.length);
      row = [...row, ...cell];
    }
    lines.push(row);
  }
  return { lines, rows };
};

/** A target with room for the marks of the one that is chosen, which can be seen without colours, too. */
const framed = (target: string, inner: readonly Span[], { options }: PictureContext): Span[] =>
  options.selected === target
    ? [span('[', 'accent'), ...inner.map(({ text }) => span(text, 'accent')), span(']', 'accent')]
    : [span(' '), ...inner, span(' ')];

const treeSpans = ({ level, linked, rails, goesOn }: Branch, glyphs: Glyphs): Span[] => {
  const before = rails.map(rail => `${rail ? glyphs.vertical : ' '}  `).join('');
  const elbow = linked ? (goesOn ? glyphs.branch : glyphs.corner.bottomLeft) : goesOn ? glyphs.vertical : ' ';
  return [span(`${level === 0 ? '' : before}${elbow}${linked ? glyphs.pointer : ' '}`, 'dim')];
};

/** Before what did not fit on the line of its server. */
const below = ({ rails, goesOn }: Branch, width: number, glyphs: Glyphs): string => {
  const lines = [...rails, goesOn].map(rail => `${rail ? glyphs.vertical : ' '}  `).join('');
  return lines + ' '.repeat(Math.max(0, width - cells(lines)));
};

const partSpans = (plan: PartPlan, topology: Topology, context: PictureContext): Span[] => {
  const { status, glyphs, options, parts } = context;
  const state = status.get(plan.id)?.state;
  const role = roleOf(plan, topology, parts);
  const saw = options.saw?.(plan) ?? false;
  return [
    span(`${state ? glyphs.state[state] : glyphs.dot} `, state ? toneOf[state] : 'dim'),
    span(plan.part, 'strong'),
    ...(role ? [span(` ${role}`, 'dim')] : []),
    ...(saw ? [span(glyphs.left, 'accent')] : []),
    ...(state && state !== 'running' ? [span(` ${state}`, toneOf[state])] : []),
  ];
};
