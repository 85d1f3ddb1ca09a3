/** HTTPS by the same nginx.conf against every engine that is present. */
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../../src/stack/ports.ts';
import { type Authority, createAuthority } from '../../../../src/stack/tls/authority.ts';
import { until } from '../../../until.ts';
import { embedded, installed, startWeb, type Web } from './engines.ts';
import { type App, ask, raw, startApp } from './http.ts';

const hour = 3600_000;
const validity = { from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) };

const conf =
  (secure: number) =>
  ({ port, app, site, user }: { port: number; app: number; site: string; user: string }) =>
    `
${user}
pid logs/nginx.pid;
error_log logs/error.log info;
events { worker_connections 200; }
http {
    include tutor.conf;
    access_log logs/access.log;
    log_format tls '$scheme|$https|$ssl_protocol|$ssl_cipher|$ssl_server_name|$ssl_session_reused';
    access_log logs/tls.log tls;
    ssl_certificate ${site}/www.crt;
    ssl_certificate_key ${site}/www.key;
    upstream app { server 127.0.0.1:${app}; }
    server {
        listen 127.0.0.1:${port};
        listen 127.0.0.1:${secure} ssl;
        ssl_protocols TLSv1.2 TLSv1.3;
        server_name www.foobar.com;
        add_header X-Scheme $scheme always;
        location / {
            proxy_pass http://app;
            proxy_set_header X-Forwarded-Proto $scheme;
        }
        location = /port { return 200 "$server_port"; }
        location = /moved { return 301 /there; }
        location = /on { return 301 https://$host$request_uri; }
    }
    server {
        listen 127.0.0.1:${secure} ssl;
        server_name other.foobar.com;
        ssl_certificate ${site}/other.crt;
        ssl_certificate_key ${site}/other.key;
        return 200 "other";
    }
}
`;

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

describe.each([embedded, installed])('HTTPS: $name', engine => {
  describe.skipIf(!engine.present)('of the web server', () => {
    let web: Web;
    let app: App;
    let authority: Authority;
    let secure: number;

    const get = (
      path: string,
      options: { host?: string; headers?: Record<string, string> } = {},
    ): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const { host = 'www.foobar.com', headers } = options;
        const asked = request(
          {
            ...{ host: '127.0.0.1', port: secure, servername: host, path, agent: false },
            headers: { Host: host, ...headers },
            ca: authority.certificate,
          },
          response => {
            let body = '';
            response.on('data', chunk => {
              body += chunk;
            });
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
            );
          },
        );
        asked.on('error', reject);
        asked.end();
      });

    /** What a handshake leads to: the connection, or the code of what broke it. */
    const handshake = (options: object): Promise<TLSSocket | string> =>
      new Promise(resolve => {
        const socket = connect(
          {
            host: '127.0.0.1',
            port: secure,
            servername: 'www.foobar.com',
            ca: authority.certificate,
            ...options,
          },
          () => resolve(socket),
        );
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      });

    const peerOf = async (options: object): Promise<DetailedPeerCertificate> => {
      const socket = await handshake(options);
      if (typeof socket === 'string') throw new Error(socket);
      const certificate = socket.getPeerCertificate(true);
      socket.destroy();
      return certificate;
    };

    const tlsLog = (): Promise<string> => readFile(join(web.dir, 'logs/tls.log'), 'utf8').catch(() => '');

    beforeAll(async () => {
      authority = await createAuthority('test authority', validity);
      app = await startApp();
      [secure = 0] = await freePorts(1);
      const [www, other] = await Promise.all([
        authority.issue(['www.foobar.com'], validity),
        authority.issue(['other.foobar.com'], validity),
      ]);
      web = await startWeb(engine, {
        app: app.port,
        conf: conf(secure),
        files: {
          'www.crt': www.certificate,
          'www.key': www.key,
          'other.crt': other.certificate,
          'other.key': other.key,
        },
      });
    });
    afterAll(async () => {
      await web?.[Symbol.asyncDispose]();
      await app?.[Symbol.asyncDispose]();
    });

    it('answers, and says to the application and in its variables that it was HTTPS', async () => {
      const answer = await get('/page');
      expect([answer.status, answer.body, answer.headers['x-scheme']]).toEqual([200, 'app', 'https']);
      expect(app.seen.at(-1)).toMatchObject({ url: '/page', headers: { 'x-forwarded-proto': 'https' } });
      expect((await get('/port')).body).toBe(String(secure));
      await until(async () =>
        (await tlsLog()).includes('https|on|TLSv1.3|TLS_AES_256_GCM_SHA384|www.foobar.com|.\n'),
      );
    });

    it('goes on answering HTTP on the other port', async () => {
      const { status, headers } = await ask(web.port, '/', { headers: { Host: 'www.foobar.com' } });
      expect([status, headers['x-scheme']]).toEqual([200, 'http']);
      expect(app.seen.at(-1)?.headers['x-forwarded-proto']).toBe('http');
      await until(async () => (await tlsLog()).includes('http||-|-|-|-\n'));
    });

    it('keeps a connection open for several requests', async () => {
      const socket = await handshake({});
      if (typeof socket === 'string') throw new Error(socket);
      let answers = '';
      socket.on('data', chunk => {
        answers += chunk;
      });
      for (const count of [1, 2, 3]) {
        socket.write('GET /port HTTP/1.1\r\nHost: www.foobar.com\r\n\r\n');
        await until(() => answers.split('HTTP/1.1 200').length === count + 1);
      }
      socket.destroy();
    });

    it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const socket = await handshake({ minVersion: version, maxVersion: version });
        expect(typeof socket === 'string' ? socket : socket.getProtocol()).toBe(version);
        if (typeof socket !== 'string') socket.destroy();
      }
      // The lowest security level, or the client itself would refuse to ask.
      const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
      expect(await handshake(old)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    });

    it('agrees on HTTP/1.1 inside', async () => {
      const socket = await handshake({ ALPNProtocols: ['h2', 'http/1.1'] });
      expect(typeof socket === 'string' ? socket : socket.alpnProtocol).toBe('http/1.1');
      if (typeof socket !== 'string') socket.destroy();
    });

    it('chooses the certificate by the name that the client asks for', async () => {
      expect((await peerOf({ servername: 'other.foobar.com' })).subject.CN).toBe('other.foobar.com');
      expect((await peerOf({ servername: 'www.foobar.com' })).subject.CN).toBe('www.foobar.com');
      expect((await peerOf({ servername: '', rejectUnauthorized: false })).subject.CN).toBe('www.foobar.com');
      expect((await get('/', { host: 'other.foobar.com' })).body).toBe('other');
    });

    it('tells who speaks plain HTTP there that it was wrong', async () => {
      const answer = await ask(secure, '/a', { headers: { Host: 'www.foobar.com' } });
      expect([answer.status, answer.reason, answer.headers['content-type']]).toEqual([
        400,
        'Bad Request',
        'text/html',
      ]);
      const page = answer.body.toString();
      expect(page).toContain('<title>400 The plain HTTP request was sent to HTTPS port</title>');
      expect(page).toContain('<center><h1>400 Bad Request</h1></center>');
      expect(page).toContain('<center>The plain HTTP request was sent to HTTPS port</center>');
      expect([answer.headers.connection, answer.headers['x-scheme']]).toEqual(['close', 'http']);
      await until(async () => /"GET \/a HTTP\/1.1" 400/.test(await web.log('access')));
    });

    it('survives clients that speak nothing of the two', async () => {
      expect(await raw(secure, Buffer.from([0x16, 3, 1, 0, 4, 1, 2, 3, 4]))).not.toContain('HTTP');
      expect(await raw(secure, 'nonsense\r\n\r\n')).toContain('400 Bad Request');
      const silent = await handshake({});
      if (typeof silent !== 'string') silent.destroy();
      expect((await get('/port')).status).toBe(200);
    });

    it('lets go of clients that leave without a word', async () => {
      const silent = connectPlain({ host: '127.0.0.1', port: secure, allowHalfOpen: true });
      silent.on('connect', () => silent.end()).resume();
      const begun = performance.now();
      await new Promise(resolve => silent.on('end', resolve).on('error', resolve));
      silent.destroy();
      // And not only when it would have lost patience with a slow one.
      expect(performance.now() - begun).toBeLessThan(30_000);
    });

    it('redirects to addresses of its own kind', async () => {
      expect((await get('/moved')).headers.location).toBe(`https://www.foobar.com:${secure}/there`);
      const { headers } = await ask(web.port, '/on?a=1', { headers: { Host: 'www.foobar.com' } });
      expect(headers.location).toBe('https://www.foobar.com/on?a=1');
    });

    it('takes a new certificate at a reload, and keeps the old one when it cannot be loaded', async () => {
      const renewed = await authority.issue(['www.foobar.com'], validity);
      const before = (await peerOf({})).serialNumber;
      await writeFile(join(web.site, 'www.crt'), renewed.certificate);
      // The key does not belong to it yet.
      await web.reload(async () => (await web.log('error')).includes('SSL_CTX_use_PrivateKey'));
      expect((await peerOf({})).serialNumber).toBe(before);
      await writeFile(join(web.site, 'www.key'), renewed.key);
      await web.reload(async () => (await peerOf({})).serialNumber !== before);
    });

    it('obeys ssl_protocols and ssl_ciphers after a reload, and can stop speaking TLS on a port', async () => {
      const text = conf(secure)({ port: web.port, app: app.port, site: web.site, user: userLine(engine) });
      const versionOf = async (): Promise<string> => {
        const socket = await handshake({});
        if (typeof socket === 'string') return socket;
        const words = [socket.getProtocol(), socket.getCipher().name].join(' ');
        socket.destroy();
        return words;
      };
      await web.configure(
        text.replaceAll(
          'ssl_protocols TLSv1.2 TLSv1.3;',
          'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-ECDSA-CHACHA20-POLY1305;',
        ),
      );
      await web.reload(async () => (await versionOf()) === 'TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305');
      await web.configure(text.replaceAll(' ssl;', ';'));
      await web.reload(async () => (await raw(secure, 'GET /port HTTP/1.0\r\n\r\n')).includes('200 OK'));
      expect(await handshake({})).toMatch(/^ERR_SSL_/);
      await web.configure(text);
      await web.reload(async () => (await versionOf()).startsWith('TLSv1.3'));
    });

    it('speaks TLS as before when a reload that would change that fails elsewhere', async () => {
      const text = conf(secure)({ port: web.port, app: app.port, site: web.site, user: userLine(engine) });
      await web.configure(
        text.replaceAll(' ssl;', ';').replace('ssl_protocols', `listen 127.0.0.1:${app.port}; ssl_protocols`),
      );
      await web.reload(async () =>
        (await web.log('error')).includes(`bind() to 127.0.0.1:${app.port} failed`),
      );
      expect((await get('/port')).status).toBe(200);
      await web.configure(text);
    });
  });
});

const userLine = (engine: typeof embedded): string =>
  engine === installed && process.getuid?.() === 0 ? 'user root;' : '';
