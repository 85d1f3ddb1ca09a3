import type { Action, PartStatus } from '../../stack/stack.ts';
import { targetsOf } from '../../stack/topology.ts';
import { meantBy } from '../nearest.ts';
import { shellLine } from '../shell.ts';
import { visible } from '../visible.ts';
import { type CommandSpec, defineCommand, timed } from './spec.ts';

/** `group`: the signal must reach the processes, too, that a part has started; a program tells them of the others. */
const meanings: Record<Action, { help: string; kill?: string; group?: true; done: string }> = {
  stop: { help: 'ends a part in good order', kill: '-TERM', done: 'stopped' },
  start: { help: 'starts a part that does not run', done: 'started' },
  restart: { help: 'stops a part and starts it again', done: 'restarted' },
  reload: { help: 'has a part read its configuration again', kill: '-HUP', done: 'reloaded' },
  kill: { help: 'ends a part at once, as a crash does', kill: '-KILL', group: true, done: 'killed' },
  pause: {
    help: 'freezes a part: it still listens, but says nothing',
    kill: '-STOP',
    group: true,
    done: 'paused',
  },
  resume: { help: 'lets a paused part go on', kill: '-CONT', group: true, done: 'resumed' },
};

const isMeant = ({ id, part, server }: PartStatus, target: string): boolean =>
  [id, part, server].includes(target);

const control = (action: Action): CommandSpec => {
  const { help, kill, group, done } = meanings[action];
  return defineCommand({
    name: action,
    usage: `${action} TARGET`,
    help,
    examples: [`${action} app`, `${action} web@server-1`],
    parse: ([target, ...more]) => {
      if (target === undefined)
        return { problem: 'which part (web), part on a server (web@server-1) or server?' };
      if (more.length > 0) return { problem: `one target at a time, but there is also "${more[0]}"` };
      return { args: target };
    },
    run: async (target, stack, signal) => {
      const targets = targetsOf(stack.topology);
      const meant = targets.includes(target) ? undefined : meantBy(target, targets);
      if (meant !== undefined)
        return {
          kind: 'error',
          message: `"${visible(target)}" is not in this stack; did you mean: ${action} ${meant}`,
        };
      return timed(() => stack.control(action, target, signal), `${target} ${done}`);
    },
    tool: (target, stack) => {
      const meant = stack.status().filter(part => isMeant(part, target));
      const pids = meant.flatMap(({ pid }) => pid ?? []);
      if (!kill || pids.length === 0) return undefined;
      // Dash takes the number of a group only behind this form of the signal.
      return group
        ? shellLine('kill', '-s', kill.slice(1), '--', ...pids.map(pid => -pid))
        : shellLine('kill', kill, ...pids);
    },
    complete: (before, topology) => (before.length === 0 ? targetsOf(topology) : []),
  });
};

export const controls: readonly CommandSpec[] = (Object.keys(meanings) as Action[]).map(control);
