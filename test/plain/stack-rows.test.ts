import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, widthOf } from '../../src/plain/line.ts';
import { sawRequest } from '../../src/plain/part-words.ts';
import { drawStack, type PictureOptions, stackPicture } from '../../src/plain/stack-picture.ts';
import { stackSentences } from '../../src/plain/stack-sentences.ts';
import type { PartStatus } from '../../src/stack/stack.ts';
import { partsOf, topologyNames } from '../../src/stack/topology.ts';
import { additions, changeTopology, topologyByName } from '../../src/stack/topology-changes.ts';
import { partStatus, trace } from '../lab/fake-stack.ts';

const mended = topologyByName('mended');

/** Too low for boxes. */
const low = 12;
const rowsOf = (options: Partial<PictureOptions> = {}, parts: readonly PartStatus[] = partStatus(mended)) =>
  stackPicture(mended, parts, { width: 76, height: low, ...options }).map(row => textOf(row).trimEnd());

const withState = (id: string, changes: Partial<PartStatus>): PartStatus[] =>
  partStatus(mended).map(part => (part.id === id ? { ...part, ...changes } : part));

describe('a stack that has no room for boxes', () => {
  it('is a line for each server: below whoever sends requests to it, with its address, parts and roles', () => {
    expect(rowsOf()).toEqual([
      'browser on your machine',
      '├▶ dns-1       192.0.2.53    ● dns',
      '├▶ dns-2       198.51.100.53 ● dns secondary',
      '╰▶ balancer-1  8.8.8.8       ● balancer  ● failover',
      '   balancer-2  10.0.0.2      ● balancer standby  ● failover',
      '   ├▶ server-1 10.0.0.11     ● web  ● app',
      '   ├▶ server-2 10.0.0.12     ● web  ● app',
      '   ╰▶ server-3 10.0.0.13     ● web  ● app',
      '      ├▶ db-1  10.0.0.21     ● db primary',
      '      ╰▶ db-2  10.0.0.22     ● db replica',
      '   manager-1   10.0.0.41     ● failover',
    ]);
  });

  it('goes on below where a server has more parts than fit', () => {
    expect(rowsOf({ width: 47 }).slice(3, 7)).toEqual([
      '╰▶ balancer-1  8.8.8.8       ● balancer',
      '                             ● failover',
      '   balancer-2  10.0.0.2      ● balancer standby',
      '                             ● failover',
    ]);
  });

  it('says in words what does not run', () => {
    const rows = rowsOf({}, withState('app@server-2', { state: 'crashed' }));
    expect(rows[6]).toBe('   ├▶ server-2 10.0.0.12     ● web  ✘ app crashed');
  });

  it('shows versions while there is more than the first one', () => {
    const rows = rowsOf({}, withState('app@server-2', { version: 'v2' }));
    expect(rows.slice(5, 8).map(row => row.slice(29))).toEqual([
      '● web  ● app v1',
      '● web  ● app v2',
      '● web  ● app v1',
    ]);
  });

  it('brackets what is chosen', () => {
    expect(rowsOf({ selected: 'app@server-1' })[5]).toBe('   ├▶ server-1 10.0.0.11     ● web [● app]');
    expect(rowsOf({ selected: 'server-1' })[5]).toBe('   ├▶[server-1]10.0.0.11     ● web  ● app');
  });

  it('shows who holds the address after the other balancer has taken over', () => {
    const { topology } = changeTopology(mended, { type: 'take-over', server: 'balancer-2' });
    if (!topology) throw new Error('balancer-2 could not take over');
    const rows = stackPicture(topology, [], { width: 76, height: low }).map(row => textOf(row).trimEnd());
    expect(rows.slice(3, 5)).toEqual([
      '│  balancer-1  10.0.0.1      · balancer standby  · failover',
      '╰▶ balancer-2  8.8.8.8       · balancer  · failover',
    ]);
  });

  it('moves a dot down the tree', () => {
    const still = rowsOf();
    const moving = Array.from({ length: 10 }, (_, step) => rowsOf({ moving: step }));
    const dots = moving.map(rows => rows.flatMap((row, at) => (row === still[at] ? [] : [at])));
    expect(dots).toEqual([[1], [2], [3], [], [5], [6], [7], [8], [9], []]);
    expect(moving[5]?.[6]).toBe('   ●▶ server-2 10.0.0.12     ● web  ● app');
  });
});

describe('every stack that can be made', () => {
  const topologies = fc
    .tuple(fc.constantFrom(...topologyNames), fc.array(fc.constantFrom(...additions), { maxLength: 8 }))
    .map(([name, whats]) =>
      whats.reduce(
        (topology, what) => changeTopology(topology, { type: 'add', what }).topology ?? topology,
        topologyByName(name),
      ),
    );

  it('fits its width, and has every server and part on the row that it says', () => {
    const widths = fc.integer({ min: 47, max: 120 });
    fc.assert(
      fc.property(topologies, widths, fc.boolean(), fc.boolean(), (topology, width, ascii, boxes) => {
        const options = { width, ascii, ...(boxes ? {} : { height: 1 }), moving: 4, saw: () => true };
        const { lines, rows } = drawStack(topology, partStatus(topology), options);
        for (const row of lines) {
          expect(widthOf(row)).toBeLessThanOrEqual(width);
          if (ascii) expect(textOf(row)).toMatch(/^[ -~]*$/);
        }
        const text = (target: string): string => textOf(lines[rows.get(target) ?? -1] ?? []);
        for (const { name, ip } of topology.servers) {
          expect(text(name)).toContain(name);
          expect(text(name)).toContain(ip);
        }
        for (const { id, part } of partsOf(topology)) expect(text(id)).toContain(part);
      }),
    );
  });

  it('can be told in sentences that name every server and part', () => {
    fc.assert(
      fc.property(topologies, topology => {
        const [first, ...servers] = stackSentences(topology, partStatus(topology));
        expect(first).toMatch(/^The browser asks dns-1/);
        expect(servers).toHaveLength(topology.servers.length);
        for (const [at, { name, parts }] of topology.servers.entries()) {
          expect(servers[at]).toMatch(new RegExp(`^${name} \\(`));
          for (const { part } of parts) expect(servers[at]).toContain(part);
        }
      }),
    );
  });
});

it('sentences say who is asked, and who holds what', () => {
  expect(stackSentences(mended, partStatus(mended)).slice(2, 9)).toEqual([
    'dns-2 (198.51.100.53): dns (secondary) running',
    "balancer-1 (8.8.8.8, the site's address): balancer running, failover running; asks server-1, server-2, server-3",
    'balancer-2 (10.0.0.2): balancer (standby) running, failover running; asks server-1, server-2, server-3',
    'server-1 (10.0.0.11): web running, app running; asks db-1, db-2',
    'server-2 (10.0.0.12): web running, app running; asks db-1, db-2',
    'server-3 (10.0.0.13): web running, app running; asks db-1, db-2',
    'db-1 (10.0.0.21): db (primary) running',
  ]);
});

describe('who saw a request', () => {
  const saw = sawRequest(
    trace({
      hops: [
        {
          part: 'dns',
          server: '198.51.100.53:53',
          here: '127.0.0.1:4000',
          transport: 'udp',
          question: 'www.foobar.com. IN A',
          answers: [],
          authorities: [],
          durationMs: 1,
        },
        { part: 'web', server: 'server-2', status: 200, upstream: [], log: '', durationMs: 1 },
      ],
    }),
  );
  const seen = partsOf(mended)
    .filter(saw)
    .map(({ id }) => id);

  it('is known by server and by address', () => {
    expect(seen).toContain('web@server-2');
    expect(seen).not.toContain('web@server-1');
    expect(seen).toContain('dns@dns-2');
    expect(seen).not.toContain('dns@dns-1');
  });

  it('may be any of that name where nobody said which', () => {
    expect(seen.filter(id => id.startsWith('app'))).toHaveLength(3);
    expect(seen.filter(id => id.startsWith('balancer'))).toEqual([]);
  });
});
