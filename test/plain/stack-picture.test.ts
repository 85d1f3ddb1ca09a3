import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textOf, widthOf } from '../../src/plain/line.ts';
import { type PictureOptions, stackPicture } from '../../src/plain/stack-picture.ts';
import type { PartState } from '../../src/stack/stack.ts';
import { partsOf } from '../../src/stack/topology.ts';
import { partStatus, topology } from '../lab/fake-stack.ts';

const picture = (options: PictureOptions, state: PartState = 'running') =>
  stackPicture(
    topology,
    partStatus().map(part => (part.part === 'app' ? { ...part, state } : part)),
    options,
  );

it('draws browser, servers with their addresses, parts with their ports, and the links between them', () => {
  expect(picture({ width: 44 }).map(row => textOf(row).trimEnd())).toEqual([
    'browser on your machine',
    '│',
    '│   ╭─ dns-1 ───────────────── 192.0.2.53 ─╮',
    '├─▶ │ ● dns  name server  running      :53 │',
    '│   ╰──────────────────────────────────────╯',
    '│',
    '│   ╭─ server-1 ───────────────── 8.8.8.8 ─╮',
    '╰─▶ │ ● web  web server   running      :80 │',
    '    │ ↓                                    │',
    '    │ ● app  app server   running    :8000 │',
    '    │ ↓                                    │',
    '    │ ● db   database     running    :3306 │',
    '    ╰──────────────────────────────────────╯',
  ]);
});

it('shows every state by a sign and a word', () => {
  const states: PartState[] = ['starting', 'running', 'paused', 'stopped', 'crashed'];
  const rows = states.map(state => textOf(picture({ width: 44 }, state)[9] ?? []));
  for (const [index, state] of states.entries()) expect(rows[index]).toContain(state);
  expect(new Set(rows.map(row => row[6])).size).toBe(states.length);
});

it('names the programs that play parts, as far as there is room', () => {
  const labels: Record<string, string> = { web: 'Nginx 1.22.1', db: 'MariaDB 10.11.19' };
  const installed = partStatus().map(part => {
    const label = labels[part.part];
    return label ? { ...part, engine: 'installed' as const, label } : part;
  });
  const rows = (width: number) =>
    stackPicture(topology, installed, { width })
      .map(textOf)
      .filter(row => /● (web|app|db) /.test(row));
  expect(rows(44)).toEqual([
    '╰─▶ │ ● web  Nginx 1.22.1 running      :80 │',
    '    │ ● app  app server   running    :8000 │',
    '    │ ● db   MariaDB      running    :3306 │',
  ]);
  expect(rows(45)).toEqual([
    '╰─▶ │ ● web  Nginx 1.22.1  running      :80 │',
    '    │ ● app  app server    running    :8000 │',
    '    │ ● db   MariaDB 10.11 running    :3306 │',
  ]);
  expect(rows(43)).toEqual([
    '╰─▶ │ ● web  running                  :80 │',
    '    │ ● app  running                :8000 │',
    '    │ ● db   running                :3306 │',
  ]);
});

it('marks the parts that saw the last request', () => {
  const saw = ({ part }: { part: string }) => part === 'dns' || part === 'web';
  const rows = picture({ width: 56, saw }).map(textOf);
  expect(rows.filter(row => row.includes('saw it')).map(row => /(dns|web|app|db) /.exec(row)?.[1])).toEqual([
    'dns',
    'web',
  ]);
});

it('moves only what it is told to move', () => {
  const still = picture({ width: 44 }).map(textOf);
  const moving = picture({ width: 44, moving: 0 }).map(textOf);
  expect(moving.filter((row, index) => row !== still[index])).toEqual([`●${still[1]?.slice(1)}`]);
});

it('is as high for any state and width, and never wider than it may be', () => {
  const { length } = picture({ width: 44 });
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 100 }), fc.boolean(), (width, ascii) => {
      const rows = picture({ width, ascii, moving: 3, saw: () => true, selected: 'web@server-1' }, 'crashed');
      expect(rows).toHaveLength(length);
      for (const row of rows) {
        expect(widthOf(row)).toBeLessThanOrEqual(width);
        if (ascii) expect(textOf(row)).toMatch(/^[ -~]*$/);
      }
    }),
  );
});

it('draws a plan before anything runs', () => {
  const text = stackPicture(topology, [], { width: 44 }).map(textOf).join('\n');
  expect(text.match(/planned/g)).toHaveLength(partsOf(topology).length);
});
