import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import { type Guard, startGuard } from '../../../src/stack/guard.ts';
import { createLinks, type Links } from '../../../src/stack/links/links.ts';
import { startTimeOf } from '../../../src/stack/process-identity.ts';
import { createRunDirectory, pidFile } from '../../../src/stack/run-directory.ts';
import { StackError } from '../../../src/stack/stack.ts';
import { until } from '../../until.ts';
import { type Listening, tcpServer } from '../browser/lab.ts';

let runDir: string;
let guard: Guard;
let links: Links;
let echo: Listening;
const sockets: Socket[] = [];

beforeEach(async () => {
  runDir = createRunDirectory();
  guard = startGuard(runDir);
  links = createLinks({ guard, runDir });
  echo = await tcpServer(socket => void socket.pipe(socket));
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await guard.end();
  await echo.close();
});

/** The processes that the guard knows of, without itself. */
const processes = (): number[] =>
  readFileSync(pidFile(runDir), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => Number.parseInt(line, 10))
    .slice(1)
    .filter(pid => startTimeOf(pid) !== undefined);

const dial = async ({ host, port }: Endpoint): Promise<Socket> => {
  const socket = connect({ host, port, noDelay: true });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};
const roundTrip = async (socket: Socket): Promise<number> => {
  const start = performance.now();
  socket.write('ping');
  await once(socket, 'data');
  return performance.now() - start;
};

it('has a process of its own from the first delay on, and one place for each part', async () => {
  expect(await links.set(echo.here, 0)).toEqual(echo.here);
  expect(processes()).toEqual([]);
  const [one, same] = await Promise.all([links.set(echo.here, 40), links.set(echo.here, 80)]);
  expect(one).not.toEqual(echo.here);
  expect(same).toEqual(one);
  expect(processes()).toHaveLength(1);
  const socket = await dial(one);
  await roundTrip(socket);
  expect(await roundTrip(socket)).toBeGreaterThanOrEqual(80);
});

it('takes delays back, also for connections that stand', async () => {
  const socket = await dial(await links.set(echo.here, 80));
  await roundTrip(socket);
  expect(await links.set(echo.here, 0)).toEqual(echo.here);
  await until(async () => (await roundTrip(socket)) < 80);
  await links.set(echo.here, 80);
  expect(await roundTrip(socket)).toBeGreaterThanOrEqual(80);
  await links.clear();
  await until(async () => (await roundTrip(socket)) < 80);
});

it.each([-1, 2001, Number.NaN])('refuses %d ms', async ms => {
  await expect(links.set(echo.here, ms)).rejects.toThrow(StackError);
  expect(processes()).toEqual([]);
});

it('begins anew when its process was ended', async () => {
  await links.set(echo.here, 80);
  await links.close();
  expect(processes()).toEqual([]);
  const socket = await dial(await links.set(echo.here, 80));
  await roundTrip(socket);
  expect(await roundTrip(socket)).toBeGreaterThanOrEqual(80);
});

it('ends with the stack', async () => {
  await links.set(echo.here, 80);
  const pids = processes();
  await guard.end();
  await until(() => pids.every(pid => startTimeOf(pid) === undefined));
});
