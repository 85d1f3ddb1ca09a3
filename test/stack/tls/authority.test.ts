import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Authority,
  createAuthority,
  type Identity,
  selfSigned,
} from '../../../src/stack/tls/authority.ts';

const hour = 3600_000;
const seconds = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);
const now = Date.now();
const validity = { from: seconds(now - hour), to: seconds(now + hour) };
const names = ['www.foobar.com', '*.foobar.com'];

let authority: Authority;
let stranger: Authority;
let leaf: Identity;
let alone: Identity;

beforeAll(async () => {
  authority = await createAuthority('test authority', validity);
  stranger = await createAuthority('test authority', validity);
  leaf = await authority.issue(names, validity);
  alone = await selfSigned(names, validity);
});

describe('the lab authority', () => {
  it('may sign certificates, and vouches for itself', () => {
    const own = new X509Certificate(authority.certificate);
    expect([own.ca, own.subject, own.issuer]).toEqual([true, 'CN=test authority', 'CN=test authority']);
    expect(own.verify(own.publicKey)).toBe(true);
    expect(own.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  it('signs certificates that are tied to it and to nobody else', () => {
    const own = new X509Certificate(authority.certificate);
    const issued = new X509Certificate(leaf.certificate);
    expect(issued.checkIssued(own)).toBe(true);
    expect(issued.verify(own.publicKey)).toBe(true);
    // The other one has the same name: only the keys differ.
    const other = new X509Certificate(stranger.certificate);
    expect([issued.checkIssued(other), issued.verify(other.publicKey)]).toEqual([false, false]);
  });

  it('says what was asked for: names, times, and that it is for servers only', () => {
    const issued = new X509Certificate(leaf.certificate);
    expect([issued.ca, issued.subject]).toEqual([false, 'CN=www.foobar.com']);
    expect(issued.subjectAltName).toBe('DNS:www.foobar.com, DNS:*.foobar.com');
    expect(issued.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect([issued.validFrom, issued.validTo].map(text => new Date(text))).toEqual([
      validity.from,
      validity.to,
    ]);
    expect(issued.checkHost('www.foobar.com')).toBe('www.foobar.com');
    expect([issued.checkHost('foobar.com'), issued.checkHost('www.example.com')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('gives each a key and a number of its own', async () => {
    const again = await authority.issue(names, validity);
    for (const { certificate, key } of [leaf, again, alone])
      expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))).toBe(true);
    const numbers = [leaf.certificate, again.certificate, authority.certificate].map(
      text => new X509Certificate(text).serialNumber,
    );
    expect(new Set(numbers).size).toBe(3);
    // Sixteen bytes, and not negative (RFC 5280, section 4.1.2.2).
    for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(new X509Certificate(leaf.certificate).checkPrivateKey(createPrivateKey(again.key))).toBe(false);
  });

  it('has no part in a certificate that vouches for itself', () => {
    const own = new X509Certificate(alone.certificate);
    expect([own.subject, own.issuer, own.ca]).toEqual(['CN=www.foobar.com', 'CN=www.foobar.com', false]);
    expect(own.verify(own.publicKey)).toBe(true);
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)(
  `openssl verify${hasOpenssl ? '' : ' (skipped: openssl is not installed)'}`,
  () => {
    let dir: string;
    beforeAll(() => {
      dir = mkdtempSync(join(tmpdir(), 'authority-'));
    });
    afterAll(() => rmSync(dir, { recursive: true, force: true }));

    /** Whether OpenSSL finds nothing wrong, at its strictest, and what it says otherwise. */
    const verify = (certificate: string, trusted: string, host: string): string => {
      const [file, ca] = [join(dir, 'leaf.pem'), join(dir, 'ca.pem')];
      writeFileSync(file, certificate);
      writeFileSync(ca, trusted);
      const strict = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', host];
      try {
        return execFileSync('openssl', ['verify', ...strict, '-CAfile', ca, file], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        }).replace(`${file}: `, '');
      } catch (error) {
        return String((error as { stderr?: unknown }).stderr);
      }
    };

    it('accepts the chain', () => {
      expect(verify(leaf.certificate, authority.certificate, 'www.foobar.com')).toBe('OK\n');
    });

    it('refuses everything else', async () => {
      expect(verify(leaf.certificate, authority.certificate, 'foobar.com')).toContain('hostname mismatch');
      expect(verify(leaf.certificate, stranger.certificate, 'www.foobar.com')).toMatch(
        /unable to get local issuer certificate|authority and subject key identifier mismatch/,
      );
      expect(verify(alone.certificate, authority.certificate, 'www.foobar.com')).toContain('self-signed');
      const over = { from: seconds(now - 2 * hour), to: seconds(now - hour) };
      const expired = await authority.issue(names, over);
      expect(verify(expired.certificate, authority.certificate, 'www.foobar.com')).toContain('has expired');
    });
  },
);
