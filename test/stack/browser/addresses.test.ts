import { expect, it } from 'vitest';
import { findAddresses } from '../../../src/stack/browser/addresses.ts';
import type { Lookup } from '../../../src/stack/browser/lookup.ts';
import { createNameCache } from '../../../src/stack/browser/name-cache.ts';
import { startStopwatch } from '../../../src/stack/browser/stopwatch.ts';

const setUp = () => {
  const clock = { now: 0 };
  const caches = { browser: createNameCache(() => clock.now), system: createNameCache(() => clock.now) };
  const asked: string[] = [];
  const find = (host: string, answer: Partial<Lookup> = {}) =>
    findAddresses(
      host,
      caches,
      async name => {
        asked.push(name);
        return { outcome: 'ok', values: ['8.8.8.8'], ttl: 10, hops: [], ...answer };
      },
      startStopwatch(),
    );
  return { clock, caches, asked, find };
};

const levels = (hops: readonly { part: string }[]) =>
  hops.map(hop => ('level' in hop && 'hit' in hop ? `${hop.level} ${hop.hit}` : hop.part));

it("takes the system's entry into the browser's cache, for what is left of its TTL", async () => {
  const { clock, caches, asked, find } = setUp();
  caches.system.keep('www.foobar.com', { addresses: ['192.0.2.1'] }, 10);
  clock.now = 4000;
  const { addresses, hops } = await find('WWW.foobar.com');
  expect(addresses).toEqual(['192.0.2.1']);
  expect(levels(hops)).toEqual(['browser false', 'system true']);
  expect(hops[1]).toMatchObject({ address: '192.0.2.1', ttl: 6 });
  expect(caches.browser.look('www.foobar.com')).toEqual({ addresses: ['192.0.2.1'], ttl: 6 });
  expect(asked).toEqual([]);
});

it('fills both caches from the name server', async () => {
  const { caches, asked, find } = setUp();
  await find('www.foobar.com');
  expect(asked).toEqual(['www.foobar.com']);
  for (const cache of [caches.browser, caches.system])
    expect(cache.look('www.foobar.com')).toEqual({ addresses: ['8.8.8.8'], ttl: 10 });
});

it('keeps neither a TTL of 0 nor the silence of the name server', async () => {
  const { asked, find } = setUp();
  await find('www.foobar.com', { ttl: 0 });
  await find('www.foobar.com', { outcome: 'dns-unreachable', values: [] });
  await find('www.foobar.com');
  expect(asked).toHaveLength(3);
});

it('says from which cache an absence is known', async () => {
  const { caches, find } = setUp();
  caches.system.keep('www.foobar.com', { addresses: [], failure: 'nodata' }, 10);
  expect(await find('www.foobar.com')).toMatchObject({
    failure: 'nodata',
    message: "the system's cache remembers for 10 s more that www.foobar.com has no address",
  });
});

it('looks nothing up for an address', async () => {
  const { asked, find } = setUp();
  expect(await find('2001:db8::1')).toEqual({ addresses: ['2001:db8::1'], hops: [] });
  expect(asked).toEqual([]);
});
