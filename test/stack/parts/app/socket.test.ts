/** The UNIX socket on which the application server listens besides its port. */
import { once } from 'node:events';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { socketPath } from '../../../../src/stack/parts/socket-path.ts';
import { freePorts } from '../../../../src/stack/ports.ts';
import { type AppProcess, ask, startAppProcess, temporaryFolder } from './app-process.ts';

const site = `export const version = 'v1'; export default () => async ({ path }) => ({ status: 200, body: path });`;

let folder: string;
let apps: AppProcess[];

const start = async (socket: string, port: number): Promise<AppProcess> => {
  const app = await startAppProcess(
    { 'app.js': site },
    { listen: { host: '127.0.0.1', port }, socket },
    false,
  );
  apps.push(app);
  await vi.waitFor(() => ask({ host: '127.0.0.1', port }, '/health'), { timeout: 20_000, interval: 10 });
  return app;
};

beforeEach(async () => {
  folder = await temporaryFolder();
  apps = [];
});
afterEach(async () => {
  for (const app of apps) await app.end();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('the socket of the application server', () => {
  it('answers as its port does, and is gone when it ends', async () => {
    const socket = join(folder, 'app.sock');
    const [port = 0] = await freePorts(1);
    const app = await start(socket, port);
    for (const place of [{ socketPath: socket }, { host: '127.0.0.1', port }])
      expect((await ask(place, '/page')).body).toBe('/page');
    const exited = once(app.process, 'exit');
    app.process.kill('SIGTERM');
    await exited;
    await expect(access(socket)).rejects.toThrow('ENOENT');
  });

  it('is taken over after the server was killed', async () => {
    const socket = join(folder, 'app.sock');
    const [port = 0] = await freePorts(1);
    const app = await start(socket, port);
    const exited = once(app.process, 'exit');
    app.process.kill('SIGKILL');
    await exited;
    await access(socket);
    expect(app.process.signalCode).toBe('SIGKILL');
    await start(socket, port);
    expect((await ask({ socketPath: socket }, '/again')).body).toBe('/again');
  });

  it('is done without when something else is in its place, or a server that lives', async () => {
    const socket = join(folder, 'app.sock');
    await writeFile(socket, 'a file');
    const [one = 0, two = 0, three = 0] = await freePorts(3);
    expect(await (await start(socket, one)).log()).toContain(`no socket ${socket}: `);
    await start(join(folder, 'taken'), two);
    const late = await start(join(folder, 'taken'), three);
    expect(await late.log()).toContain('EADDRINUSE');
  });
});

it('has a path that the system accepts, or none', () => {
  const of = (dir: string) => socketPath({ dir }, 'app');
  expect(of('/run/server-1/web')).toBe(
    process.platform === 'win32' ? undefined : '/run/server-1/app/app.sock',
  );
  expect(of(`/${'x'.repeat(100)}/web`)).toBeUndefined();
  expect(of(`/${'ä'.repeat(50)}/web`)).toBeUndefined();
});
