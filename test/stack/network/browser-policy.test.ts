import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bringUp } from '../../../src/stack/bring-up.ts';
import { browserPolicy } from '../../../src/stack/network/browser-policy.ts';
import type { Stack } from '../../../src/stack/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await bringUp({ engine: 'embedded' });
});
afterAll(() => stack?.down());

it("names the lab's authority, as Base64 of DER", async () => {
  const pem = readFileSync(await stack.secure(), 'utf8');
  const policy = JSON.parse(browserPolicy(pem)) as { CACertificates: string[] };
  const [certificate = ''] = policy.CACertificates;
  expect(new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint256).toBe(
    new X509Certificate(pem).fingerprint256,
  );
});
