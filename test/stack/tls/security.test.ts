/** HTTPS of whole stacks, over every engine that is present. */
import { execFile, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bringUp } from '../../../src/stack/bring-up.ts';
import type { TlsHop, Trace } from '../../../src/stack/browser/trace.ts';
import type { CertificateWish, Stack } from '../../../src/stack/stack.ts';
import { authorityFile } from '../../../src/stack/tls/places.ts';
import { stackCases } from '../engine-cases.ts';

const site = 'https://www.foobar.com';

const door = (stack: Stack) => {
  const found = stack.doors().find(({ address }) => address.port === 443);
  if (!found) throw new Error('the stack has no door at port 443');
  return found.here;
};

const listens = ({ host, port }: { host: string; port: number }): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, host);
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

const folder = (stack: Stack): string => join(stack.runDir, 'server-1/web/conf');
const confOf = (stack: Stack): Promise<string> => readFile(join(folder(stack), 'nginx.conf'), 'utf8');
const editConf = async (stack: Stack, change: (text: string) => string): Promise<void> =>
  writeFile(join(folder(stack), 'nginx.conf'), change(await confOf(stack)));

const tlsOf = (trace: Trace): TlsHop | undefined => trace.hops.find(hop => hop.part === 'tls');

describe.each(stackCases)('HTTPS of a stack: $name', ({ engine, present }) => {
  describe.skipIf(!present)('from its start', () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = await bringUp({ engine });
    });
    afterEach(() => stack.reset());
    afterAll(() => stack?.down());

    const outcome = async (url = `${site}/style.css`): Promise<string> => (await stack.request(url)).outcome;

    // The first one: nobody has asked for HTTPS yet.
    it('is not there, and then as if it had always been', async () => {
      expect([existsSync(authorityFile(stack.runDir)), await listens(door(stack))]).toEqual([false, false]);
      await editConf(stack, text => text.replace('gzip on;', 'gzip off;'));
      const [first, second] = await Promise.all([stack.secure(), stack.secure()]);
      expect([first, second]).toEqual([authorityFile(stack.runDir), first]);
      expect(await listens(door(stack))).toBe(true);
      expect(await confOf(stack)).toMatch(/^ {8}listen \S+ ssl; {4}# 8\.8\.8\.8:443$/m);
      // What was edited stays, and only that is put back.
      expect(await confOf(stack)).toContain('gzip off;');
      await stack.reset();
      expect(await confOf(stack)).toContain('gzip on;');
      expect(await outcome()).toBe('200 from web');
    });

    it('has a handshake in its trace, with the certificate', async () => {
      const trace = await stack.request(`${site}/guestbook`);
      expect([trace.outcome, trace.via]).toEqual(['200 from app', ['dns', 'web', 'app', 'db']]);
      expect(trace.hops.map(({ part }) => part).join(' ')).toMatch(/tcp tls http web app db$/);
      const tls = tlsOf(trace);
      expect(tls).toMatchObject({
        address: '8.8.8.8:443',
        serverName: 'www.foobar.com',
        version: 'TLSv1.3',
        alpn: 'http/1.1',
        roundTrips: 1,
        certificate: {
          subject: 'CN=www.foobar.com',
          issuer: 'CN=web-stack-tutor lab authority',
          names: ['www.foobar.com'],
        },
      });
      const { validFrom = '', validTo = '' } = tls?.certificate ?? {};
      expect(Date.parse(validFrom)).toBeLessThan(Date.now());
      expect(Date.parse(validTo)).toBeGreaterThan(Date.now());
    });

    it('keeps the private key to its owner', async () => {
      await stack.secure();
      const key = join(folder(stack), 'tls/www.foobar.com.key');
      expect((await stat(key)).mode & 0o777).toBe(0o600);
      await chmod(key, 0o644);
      await stack.certify({ kind: 'expired' });
      expect((await stat(key)).mode & 0o777).toBe(0o600);
      await rm(key);
      await stack.reset();
      expect((await stat(key)).mode & 0o777).toBe(0o600);
      expect(await readFile(await stack.secure(), 'utf8')).not.toContain('PRIVATE');
    });

    it.each<[string, CertificateWish]>([
      ['tls-expired', { kind: 'expired' }],
      ['tls-expired', { kind: 'not-yet-valid' }],
      ['tls-untrusted', { kind: 'self-signed' }],
      ['tls-untrusted', { kind: 'unknown-authority' }],
      ['tls-name', { kind: 'valid', names: ['foobar.com'] }],
    ])('shows %s for %j, until it is put back', async (failure, wish) => {
      await stack.certify(wish);
      const trace = await stack.request(`${site}/style.css`);
      expect([trace.outcome, trace.failure, trace.status]).toEqual([failure, failure, undefined]);
      expect(tlsOf(trace)).toMatchObject({
        failure,
        roundTrips: 1,
        certificate: { names: wish.names ?? ['www.foobar.com'] },
      });
      expect(trace.hops.map(({ part }) => part)).not.toContain('http');
      await stack.certify({ kind: 'valid' });
      expect(await outcome()).toBe('200 from web');
      await stack.certify(wish);
      await stack.reset();
      expect(await outcome()).toBe('200 from web');
    });

    it('has a certificate for one name only, until it gets another', async () => {
      expect(await outcome('https://foobar.com/style.css')).toBe('tls-name');
      expect(await outcome('https://8.8.8.8/style.css')).toBe('tls-name');
      await stack.certify({ kind: 'valid', names: ['foobar.com', '*.foobar.com'] });
      expect(await outcome('https://foobar.com/style.css')).toBe('200 from web');
      expect(await outcome()).toBe('200 from web');
    });

    it('keeps the same certificate through reset, stop and start', async () => {
      const serial = async () =>
        new X509Certificate(await readFile(join(folder(stack), 'tls/www.foobar.com.crt'))).serialNumber;
      await stack.secure();
      const before = await serial();
      await stack.control('stop', 'web');
      expect(await outcome()).toBe('refused');
      await rm(join(folder(stack), 'nginx.conf'));
      await stack.control('start', 'web');
      expect([await outcome(), await serial()]).toEqual(['200 from web', before]);
    });

    it('hands secure cookies out, and the browser keeps them to HTTPS', async () => {
      const form = { name: 'demo', password: 'open sesame' };
      await stack.request(`${site}/sign-in`, { form });
      expect((await stack.request(`${site}/`)).body).toContain('Sign out demo');
      expect((await stack.request('/')).body).not.toContain('Sign out');
      const { hops } = await stack.request('/sign-in', { form });
      const http = hops.find(hop => hop.part === 'http');
      expect(http?.headers['Set-Cookie']).not.toContain('Secure');
    });

    it('redirects when it is told to, and can go back', async () => {
      await stack.redirect(true);
      const trace = await stack.request('/guestbook?page=2');
      expect(trace.outcome).toBe('301 from web');
      const http = trace.hops.find(hop => hop.part === 'http');
      expect(http?.headers.Location).toBe('https://www.foobar.com/guestbook?page=2');
      expect(trace.requestId).toMatch(/^[0-9a-f]{32}$/);
      expect(await outcome()).toBe('200 from web');
      // Asks for /web-ready by http://
      await stack.control('restart', 'web');
      expect(await outcome('/')).toBe('301 from web');
      await stack.redirect(true);
      expect(await outcome('/')).toBe('301 from web');
      await stack.redirect(false);
      expect(await outcome('/')).toBe('200 from app');
      await stack.redirect(true);
      await stack.reset();
      expect(await outcome('/')).toBe('200 from app');
    });

    it('does not redirect where nginx.conf listens otherwise than generated', async () => {
      await stack.secure();
      await editConf(stack, text => text.replace(/ {8}listen [^\n]*# 8\.8\.8\.8:80\n/, ''));
      await expect(stack.redirect(true)).rejects.toThrow('nginx.conf was edited');
    });

    it.skipIf(process.platform === 'win32')('changes a web server that is stopped or paused', async () => {
      await stack.control('stop', 'web');
      await stack.certify({ kind: 'expired' });
      await stack.control('start', 'web');
      expect(await outcome()).toBe('tls-expired');
      await stack.control('pause', 'web');
      await stack.certify({ kind: 'self-signed' });
      expect(stack.status().find(({ part }) => part === 'web')?.state).toBe('paused');
      await stack.control('resume', 'web');
      expect(await outcome()).toBe('tls-untrusted');
    });

    const hasCurl = spawnSync('curl', ['--version']).status === 0;
    it.skipIf(!hasCurl)(
      `is verified by curl${hasCurl ? '' : ' (skipped: curl is not installed)'}`,
      async () => {
        const ca = await stack.secure();
        const { host, port } = door(stack);
        const curl = async (name: string): Promise<string> => {
          const words = [
            '-sS',
            '--noproxy',
            '*',
            '--cacert',
            ca,
            '--connect-to',
            `${name}:443:${host}:${port}`,
          ];
          const run = promisify(execFile)('curl', [...words, '-w', '%{http_code}', `https://${name}/health`]);
          return run.then(
            ({ stdout }) => stdout,
            (error: { stderr: string }) => error.stderr,
          );
        };
        expect(await curl('www.foobar.com')).toMatch(/200$/);
        expect(await curl('foobar.com')).toContain('foobar.com');
        expect(await curl('foobar.com')).toMatch(/^curl: \(60\)/);
        await stack.certify({ kind: 'expired' });
        expect(await curl('www.foobar.com')).toMatch(/^curl: \(60\).*expired/);
      },
    );
  });
});
