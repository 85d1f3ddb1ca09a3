import { afterEach, expect, it } from 'vitest';
import { createNames } from '../../../src/stack/proxy/names.ts';
import { type Lab, nobody, startLab } from '../browser/lab.ts';

let lab: Lab | undefined;
afterEach(() => lab?.close());

it('asks the next name server when one refuses, without waiting for it', async () => {
  lab = await startLab(await nobody());
  const dead = { story: { host: '192.0.2.53', port: 53 }, here: await nobody() };
  const second = { story: { host: '198.51.100.53', port: 53 }, here: lab.dns.here };
  const names = createNames(() => [dead, second], { tryMs: 600_000, tries: 2 }, Date.now);
  expect(await names.find('www.foobar.com')).toEqual({ addresses: ['8.8.8.8'] });
});
