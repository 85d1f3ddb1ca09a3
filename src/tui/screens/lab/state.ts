/** What the lab's screen shows beside its prompt, and which part is chosen there. */
import type { PartStatus } from '../../../stack/stack.ts';
import { partsByTarget, partsOf, siteIp, type Topology } from '../../../stack/topology.ts';

export const details = ['trace', 'logs', 'meters'] as const;
export type Detail = (typeof details)[number];

export interface LabView {
  /** Whose the keys are: `detail` where trace, logs or meters take the place of the picture. */
  focus: 'prompt' | 'stack' | 'detail';
  detail: Detail;
  /** A server or part, as TARGET names it; of a topology that may have changed since. */
  selected?: string;
}

export type LabAction =
  | { type: 'focus'; focus: LabView['focus'] }
  | { type: 'select'; target: string }
  /** `room`: it is shown below the picture. */
  | { type: 'show'; detail: Detail; room: boolean };

export const startLab: LabView = { focus: 'prompt', detail: 'trace' };

export const labReducer = (view: LabView, action: LabAction): LabView => {
  switch (action.type) {
    case 'focus':
      return { ...view, focus: action.focus };
    case 'select':
      return { ...view, selected: action.target };
    case 'show':
      return { ...view, detail: action.detail, focus: action.room ? view.focus : 'detail' };
  }
};

/** The chosen target; while there is none, the part that visitors meet first. */
export const selectedIn = (topology: Topology, { selected }: LabView): string => {
  if (selected !== undefined && partsByTarget(topology, selected).length > 0) return selected;
  const parts = partsOf(topology);
  const front = parts.find(({ open, address }) => open && address.host === siteIp) ?? parts[0];
  return front?.id ?? '';
};

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The neighbour in the picture: a server, and behind it its parts. */
export const neighbour = (topology: Topology, target: string, direction: Direction): string => {
  const grid = topology.servers.map(({ name, parts }) => [name, ...parts.map(({ id }) => id as string)]);
  const row = grid.findIndex(cells => cells.includes(target));
  const column = grid[row]?.indexOf(target) ?? 0;
  const across = direction === 'left' ? -1 : direction === 'right' ? 1 : 0;
  const along = direction === 'up' ? -1 : direction === 'down' ? 1 : 0;
  const to = grid[Math.max(0, Math.min(grid.length - 1, row + along))] ?? [];
  return to[Math.max(0, Math.min(to.length - 1, column + across))] ?? target;
};

/** The shortest TARGET that means the same. */
const written = (topology: Topology, target: string): string => {
  const [part = ''] = target.split('@');
  const same = partsByTarget(topology, part);
  return same.length === 1 && same[0]?.id === target ? part : target;
};

export type Deed = 'toggle' | 'kill' | 'pause' | 'restart' | 'reload';

/** The command that a key stands for, as it is typed. */
export const commandOf = (
  deed: Deed,
  target: string,
  topology: Topology,
  parts: readonly PartStatus[],
): string => {
  const meant = parts.filter(({ id, server }) => id === target || server === target);
  const some = (...states: PartStatus['state'][]): boolean =>
    meant.some(({ state }) => states.includes(state));
  const verb = {
    toggle: some('running', 'starting', 'paused') ? 'stop' : 'start',
    pause: some('paused') ? 'resume' : 'pause',
    kill: 'kill',
    restart: 'restart',
    reload: 'reload',
  }[deed];
  return `${verb} ${written(topology, target)}`;
};
