import type { LabLine } from '../../lab/language.ts';
import { actions } from '../../stack/stack.ts';
import { type Topology, targetsOf } from '../../stack/topology.ts';
import { additions, type Change, changeTopology, topologyByName } from '../../stack/topology-changes.ts';
import type { Problem } from '../model.ts';
import { type CourseFile, problem, sectionsOf } from './files.ts';

const named: readonly string[] = [...actions, 'logs'];

const wordsOf = ({ command }: LabLine): string[] =>
  command.source.split(/\s+/).map(word => word.replace(/^(["'])(.*)\1$/, '$2'));

/** What a command does to the plan of the stack, if anything. */
const changeOf = (line: LabLine): Change | undefined => {
  const [name, first = '', , third = ''] = wordsOf(line);
  const what = additions.find(addition => addition === first);
  if (name === 'add' && what) return { type: 'add', what };
  if (name === 'move' && first === 'db') return { type: 'move-db' };
  if (name === 'promote') return { type: 'promote', server: first };
  if (name === 'scale') return { type: 'scale', server: first, workers: Number(third) };
  return undefined;
};

interface Walked {
  topology: Topology;
  problems: Problem[];
}

const walkLines = (file: CourseFile, lines: readonly LabLine[], start: Topology): Walked =>
  lines.reduce<Walked>(
    ({ topology, problems }, line) => {
      const [name = '', target = ''] = wordsOf(line);
      const change = changeOf(line);
      const next = change && changeTopology(topology, change).topology;
      const targets = targetsOf(topology);
      if (!named.includes(name) || targets.includes(target)) return { topology: next ?? topology, problems };
      const message = `"${target}" is not in the stack here, expected one of ${targets.join(', ')}`;
      return { topology, problems: [...problems, problem(file, line.line, message)] };
    },
    { topology: start, problems: [] },
  );

/** Targets of commands that the stack does not have at this place: it begins as the file says, and commands change it. */
export const checkTargets = (file: CourseFile): Problem[] => {
  const start = topologyByName(file.stack);
  return sectionsOf(file).flatMap(({ items }) => {
    let world = start;
    return items.flatMap(item => {
      if (item.kind === 'lab') {
        const walked = walkLines(file, item.lab.lines, item.lab.continues ? world : start);
        world = walked.topology;
        return walked.problems;
      }
      if (item.kind !== 'challenge') return [];
      const { setup, solution, nearMisses } = item.challenge;
      const before = walkLines(file, setup, start);
      const ways = [solution, ...nearMisses.map(({ lines }) => lines)];
      return [...before.problems, ...ways.flatMap(lines => walkLines(file, lines, before.topology).problems)];
    });
  });
};
