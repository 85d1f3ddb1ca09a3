import { describe, expect, it } from 'vitest';
import { insideDoors } from '../../../src/stack/network/doors.ts';
import type { PartState } from '../../../src/stack/stack.ts';
import { type PartName, partsOf } from '../../../src/stack/topology.ts';
import { changeTopology } from '../../../src/stack/topology-changes.ts';
import { fakeStack, partStatus, topology } from '../../lab/fake-stack.ts';

const doorsWith = (states: Partial<Record<PartName, PartState>>) =>
  insideDoors(
    fakeStack({
      status: () => partStatus().map(part => ({ ...part, state: states[part.part] ?? 'running' })),
      doors: () =>
        partsOf(topology)
          .filter(({ open }) => open)
          .flatMap(plan =>
            [plan.address, ...(plan.secure ? [plan.secure] : [])].map(address => ({
              plan,
              address,
              here: { host: '127.0.0.1', port: 30_000 + address.port },
            })),
          ),
    }),
  );

const dnsDoors = ['192.0.2.53:53', '127.0.0.1:53'].flatMap(at => [`tcp ${at}`, `udp ${at}`]);

it('opens every address of the story, the resolver, and what server-1 keeps for itself', () => {
  const doors = doorsWith({});
  expect([...doors.keys()].toSorted()).toEqual(
    [...dnsDoors, 'tcp 8.8.8.8:80', 'tcp 8.8.8.8:443', 'tcp 127.0.0.1:8000', 'tcp 127.0.0.1:3306'].toSorted(),
  );
  expect(doors.get('tcp 8.8.8.8:443')?.here.port).toBe(30_443);
  expect(doors.get('udp 127.0.0.1:53')?.here.port).toBe(30_053);
  expect(doors.get('tcp 127.0.0.1:3306')?.here.port).toBe(43_306);
});

it.each(['stopped', 'crashed', 'starting'] as const)('closes those of a part that is %s', state => {
  const keys = [...doorsWith({ dns: state, db: state }).keys()];
  expect(keys.toSorted()).toEqual(['tcp 127.0.0.1:8000', 'tcp 8.8.8.8:443', 'tcp 8.8.8.8:80']);
});

describe('the resolver', () => {
  const two = (first: PartState, second: PartState) => {
    const { topology: both = topology } = changeTopology(topology, { type: 'add', what: 'dns' });
    const servers = partsOf(both).filter(({ part }) => part === 'dns');
    const here = (index: number) => ({ host: '127.0.0.1', port: 30_000 + index });
    const doors = insideDoors(
      fakeStack({
        status: () =>
          servers.map(({ id, part, server, address }, index) => ({
            ...{ id, part, server, address, here: here(index) },
            ...{ state: index === 0 ? first : second, engine: 'embedded', label: '' },
          })),
        doors: () => servers.map((plan, index) => ({ plan, address: plan.address, here: here(index) })),
      }),
    );
    return doors.get('udp 127.0.0.1:53')?.here.port;
  };

  it.each<[PartState, PartState, number | undefined]>([
    ['running', 'running', 30_000],
    ['stopped', 'running', 30_001],
    ['paused', 'running', 30_001],
    ['running', 'paused', 30_000],
    ['paused', 'paused', 30_000],
    ['crashed', 'paused', 30_001],
    ['stopped', 'stopped', undefined],
  ])('is the first name server that runs: %s, %s', (first, second, port) => {
    expect(two(first, second)).toBe(port);
  });
});

it('keeps those of a paused part open, as its kernel would', () => {
  expect([...doorsWith({ web: 'paused' }).keys()]).toContain('tcp 8.8.8.8:80');
});
