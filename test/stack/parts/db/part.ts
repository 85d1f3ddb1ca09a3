/** A database of any engine in a folder of its own, started as a stack starts it, without a guard. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import { siteFolder } from '../../../../src/stack/entries.ts';
import type { PartEngine, Placement } from '../../../../src/stack/parts/part.ts';
import { freePorts, loopback } from '../../../../src/stack/ports.ts';
import type { PartPlan } from '../../../../src/stack/topology.ts';
import { until } from '../../../until.ts';

export interface Db extends AsyncDisposable {
  at: Placement;
  /** Whom it repeats; another one, or nobody, may be set at any time. */
  source: Db | undefined;
  engine: PartEngine;
  /** Once it was started. */
  readonly process: ChildProcess | undefined;
  start(): Promise<ChildProcess>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** As the web application, unless other options say otherwise. */
  connect(options?: ConnectionOptions): Promise<Connection>;
  /** What the process has printed. */
  said(): string;
}

export const placeDb = async (engine: PartEngine, server = 'server-1', source?: Db): Promise<Db> => {
  const root = await mkdtemp(join(tmpdir(), 'db-'));
  const [port = 0] = await freePorts(1);
  const plan = (): PartPlan => ({
    id: `db@${server}`,
    part: 'db',
    server,
    address: { host: '127.0.0.1', port: 3306 },
    open: false,
    ...(db.source && { source: db.source.at.plan.id }),
  });
  const at: Placement = {
    get plan() {
      return plan();
    },
    dir: join(root, 'db'),
    siteDir: join(root, 'site'),
    listen: { host: loopback, port },
    peers: () => (db.source ? [{ plan: db.source.at.plan, here: db.source.at.listen }] : []),
    followers: () => [],
    site: () => ({ www: '8.8.8.8', apex: '8.8.8.8', nameServers: [] }),
    accounts: {
      database: 'foobar',
      web: { user: 'web', password: 'w' },
      admin: { user: 'admin', password: 'a' },
      replication: { user: 'replication', password: 'r' },
    },
  };
  await mkdir(at.dir);
  await cp(siteFolder('v1'), at.siteDir, { recursive: true });
  let running: ChildProcess | undefined;
  let output = '';
  const opened: Connection[] = [];

  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  };
  const db: Db = {
    at,
    engine,
    source,
    get process() {
      return running;
    },
    start: async () => {
      await engine.prepare(at);
      const { file, args, env } = engine.launch(at);
      const child = spawn(file, args, {
        cwd: at.dir,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
      });
      running = child;
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', data => {
          output += data;
        });
      await until(async () => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`${engine.label} ended: ${output}`);
        return engine.answers(at, AbortSignal.timeout(1000));
      });
      return child;
    },
    stop,
    connect: async (options = {}) => {
      const { web, database } = at.accounts;
      const connection = await createConnection({
        ...at.listen,
        ...web,
        database,
        dateStrings: true,
        ...options,
      });
      connection.on('error', () => {});
      opened.push(connection);
      return connection;
    },
    said: () => output,
    [Symbol.asyncDispose]: async () => {
      for (const connection of opened) connection.destroy();
      await stop('SIGKILL');
      await rm(root, { recursive: true, force: true });
    },
  };
  return db;
};
