import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetsOf, topologyNames } from '../../../src/stack/topology.ts';
import { topologyByName } from '../../../src/stack/topology-changes.ts';
import {
  commandOf,
  labReducer,
  neighbour,
  selectedIn,
  startLab,
} from '../../../src/tui/screens/lab/state.ts';
import { partStatus } from '../../lab/fake-stack.ts';

const one = topologyByName('one-server');
const mended = topologyByName('mended');

describe('the chosen target', () => {
  it('is what visitors meet first, until another is chosen', () => {
    expect(selectedIn(one, startLab)).toBe('web@server-1');
    expect(selectedIn(mended, startLab)).toBe('balancer@balancer-1');
    const chosen = labReducer(startLab, { type: 'select', target: 'app@server-3' });
    expect(selectedIn(mended, chosen)).toBe('app@server-3');
    // It is gone when the stack has been put back.
    expect(selectedIn(one, chosen)).toBe('web@server-1');
  });

  it('moves between servers and parts', () => {
    expect(neighbour(mended, 'server-1', 'right')).toBe('web@server-1');
    expect(neighbour(mended, 'web@server-1', 'right')).toBe('app@server-1');
    expect(neighbour(mended, 'app@server-1', 'right')).toBe('app@server-1');
    expect(neighbour(mended, 'web@server-1', 'left')).toBe('server-1');
    expect(neighbour(mended, 'app@server-3', 'down')).toBe('db@db-1');
    expect(neighbour(mended, 'server-1', 'up')).toBe('balancer-2');
  });

  it('stays one of the stack, whatever is pressed', () => {
    const keys = fc.array(fc.constantFrom('up', 'down', 'left', 'right'));
    fc.assert(
      fc.property(fc.constantFrom(...topologyNames), keys, (name, pressed) => {
        const topology = topologyByName(name);
        const last = pressed.reduce<string>(
          (target, key) => neighbour(topology, target, key),
          selectedIn(topology, startLab),
        );
        expect(targetsOf(topology)).toContain(last);
      }),
    );
  });
});

describe('keys on the chosen target', () => {
  const states = (state: 'running' | 'stopped' | 'paused') =>
    partStatus(mended).map(part => (part.server === 'server-2' ? { ...part, state } : part));

  it.each([
    ['toggle', 'running', 'stop app@server-2'],
    ['toggle', 'paused', 'stop app@server-2'],
    ['toggle', 'stopped', 'start app@server-2'],
    ['pause', 'running', 'pause app@server-2'],
    ['pause', 'paused', 'resume app@server-2'],
    ['kill', 'running', 'kill app@server-2'],
    ['restart', 'running', 'restart app@server-2'],
    ['reload', 'running', 'reload app@server-2'],
  ] as const)('%s of one that is %s is the command: %s', (deed, state, command) => {
    expect(commandOf(deed, 'app@server-2', mended, states(state))).toBe(command);
  });

  it('mean a whole server, or the shortest name that means the part', () => {
    expect(commandOf('kill', 'server-2', mended, states('running'))).toBe('kill server-2');
    expect(commandOf('kill', 'web@server-1', one, partStatus(one))).toBe('kill web');
  });
});

describe('trace, logs and meters', () => {
  it('take the place of the picture only where there is no room beside it', () => {
    const stack = labReducer(startLab, { type: 'focus', focus: 'stack' });
    expect(labReducer(stack, { type: 'show', detail: 'logs', room: true })).toMatchObject({
      focus: 'stack',
      detail: 'logs',
    });
    expect(labReducer(stack, { type: 'show', detail: 'logs', room: false }).focus).toBe('detail');
  });
});
