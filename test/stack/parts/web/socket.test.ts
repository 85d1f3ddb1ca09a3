/** An application that listens on a UNIX socket, on every engine that is present. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { embedded, installed, startWeb } from './engines.ts';
import { ask, startApp } from './http.ts';
import { around } from './scene.ts';

let dir: string;
let path: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  // The tests' own temporary folder may be longer than a socket's path may be.
  dir = await mkdtemp(join(process.platform === 'win32' ? tmpdir() : '/tmp', 's-'));
  path = join(dir, 'app');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await rm(dir, { recursive: true, force: true });
});

describe.each([embedded, installed])('UNIX socket: $name', engine => {
  describe.skipIf(!engine.present || process.platform === 'win32')('of the application', () => {
    it('is a server of an upstream like any other', async () => {
      await using app = await startApp((request, response) => response.end(request.headers.host), path);
      await using web = await startWeb(engine, {
        conf: around({
          http: `upstream app { server unix:${path}; keepalive 2; }`,
          server: 'location / { proxy_pass http://app; }',
        }),
      });
      const { status, body } = await ask(web.port, '/page?a=1');
      expect([status, body.toString(), app.seen[0]?.url]).toEqual([200, 'app', '/page?a=1']);
      await until(async () =>
        (await web.log('trace')).includes(`"upstream_addr":"unix:${path}","upstream_status":"200"`),
      );
    });

    it('may stand in proxy_pass, with a URI behind it', async () => {
      await using app = await startApp((request, response) => response.end(request.headers.host), path);
      await using web = await startWeb(engine, {
        conf: around({
          server: `location / { proxy_pass http://unix:${path}; }
            location /api/ { proxy_pass http://unix:${path}:/v1/; }`,
        }),
      });
      expect((await ask(web.port, '/page')).body.toString()).toBe('localhost');
      await ask(web.port, '/api/users');
      expect(app.seen.map(({ url }) => url)).toEqual(['/page', '/v1/users']);
    });

    it('is missing, or left by an application that was killed: 502', async () => {
      await using web = await startWeb(engine, {
        conf: around({ server: `location / { proxy_pass http://unix:${path}:/; }` }),
      });
      expect((await ask(web.port, '/')).status).toBe(502);
      const listens = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('ready'))`;
      child = spawn(process.execPath, ['-e', listens], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise(resolve => child?.stdout?.once('data', resolve));
      child.kill('SIGKILL');
      await new Promise(resolve => child?.once('exit', resolve));
      expect((await ask(web.port, '/')).status).toBe(502);
      await until(async () => (await web.log('error')).includes('(111: Connection refused)'));
      const log = await web.log('error');
      for (const fault of ['(2: No such file or directory)', '(111: Connection refused)']) {
        expect(log).toContain(`connect() to unix:${path} failed ${fault} while connecting to upstream`);
      }
      expect(log).toContain(`upstream: "http://unix:${path}:/"`);
    });
  });
});
