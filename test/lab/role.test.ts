import { describe, expect, test } from 'vitest';
import { details, summarize } from '../../src/lab/observed.ts';
import { plannedRole } from '../../src/lab/role.ts';
import { partsOf } from '../../src/stack/topology.ts';
import { topologyByName } from '../../src/stack/topology-changes.ts';
import { partStatus } from './fake-stack.ts';

const rolesOf = (name: 'one-server' | 'mended') => {
  const topology = topologyByName(name);
  return Object.fromEntries(
    partsOf(topology).flatMap(plan => {
      const role = plannedRole(plan, topology);
      return role === undefined ? [] : [[plan.id, role]];
    }),
  );
};

describe('roles', () => {
  test('are those of the plan, and none where there is only one of a kind', () => {
    expect(rolesOf('one-server')).toEqual({});
    expect(rolesOf('mended')).toMatchObject({
      'db@db-1': 'primary',
      'db@db-2': 'replica',
      'dns@dns-2': 'secondary',
      'balancer@balancer-2': 'standby',
    });
  });
});

describe('status', () => {
  test('says which one it means where there are several of a kind', () => {
    const topology = topologyByName('balanced');
    const summary = summarize({ kind: 'status', parts: partStatus(topology), topology });
    expect(summary).toContain('web@server-1 running, ');
    expect(summary).toContain('web@server-2 running, ');
    expect(summary).toContain('balancer running');
    expect(summary).not.toMatch(/(^|, )web running/);
  });

  test('tells versions and roles', () => {
    const topology = topologyByName('mended');
    const lines = details({ kind: 'status', parts: partStatus(topology), topology });
    expect(lines.find(line => line.startsWith('db@db-2 '))).toContain(', replica, ');
    expect(lines.find(line => line.startsWith('app@server-1 '))).toContain('version v1');
    expect(lines.find(line => line.startsWith('web@server-1 '))).not.toMatch(/version|undefined/);
  });
});
