import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processEntry } from '../../../../src/stack/entries.ts';
import type { PartEngine, Placement } from '../../../../src/stack/parts/part.ts';
import { embeddedWeb } from '../../../../src/stack/parts/web/embedded.ts';
import { findNginx } from '../../../../src/stack/parts/web/installed.ts';
import { webAnswers } from '../../../../src/stack/parts/web/ready.ts';
import { freePorts } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { placed } from './places.ts';

const nginx = await findNginx();

export const hasNginx = nginx.engine !== undefined;

export interface Engine {
  name: string;
  present: boolean;
  part: PartEngine;
  /** Program and arguments that obey `<dir>/conf/nginx.conf`. */
  command(dir: string, more?: string[]): [string, string[]];
}

export const embedded: Engine = {
  name: 'embedded',
  present: true,
  part: embeddedWeb,
  command: (dir, more = []) => [process.execPath, [processEntry('web'), '-p', `${dir}/`, ...more]],
};

export const installed: Engine = {
  name: nginx.engine?.label ?? `nginx (skipped: ${nginx.reason})`,
  present: hasNginx,
  part: nginx.engine ?? embeddedWeb,
  command: (dir, more = []) => [
    nginx.engine ? nginx.file : 'nginx',
    ['-p', `${dir}/`, '-c', 'conf/nginx.conf', '-e', 'logs/error.log', ...more].concat(
      more.length > 0 ? [] : ['-g', 'daemon off;'],
    ),
  ],
};

/** As root, nginx has to be told to stay root; another account could not read the temporary folder. */
const userOf = (engine: Engine) => (engine === installed && process.getuid?.() === 0 ? { user: 'root' } : {});

/** A web server in a folder of its own. */
export interface Web extends AsyncDisposable {
  dir: string;
  site: string;
  at: Placement;
  port: number;
  process: ChildProcess;
  /** Appears in `<dir>/logs`. */
  log(name: 'access' | 'error' | 'trace'): Promise<string>;
  /** Overwrites nginx.conf. */
  configure(text: string): Promise<void>;
  /** Sends SIGHUP and waits until the condition holds. */
  reload(until: () => Promise<boolean>): Promise<void>;
}

export interface Scene {
  /** Text of nginx.conf; the generated one without it. */
  conf?(scene: { port: number; app: number; site: string; user: string }): string;
  app?: number;
  /** What it is, and whom it sends requests to; the only web server without it. */
  place?: Pick<Parameters<typeof placed>[0], 'plan' | 'peers'>;
  /** Files below `<dir>/site`, by path. */
  files?: Record<string, string | Buffer>;
}

export const startWeb = async (engine: Engine, scene: Scene = {}): Promise<Web> => {
  const dir = await mkdtemp(join(tmpdir(), 'web-'));
  const [port = 0] = await freePorts(1);
  const app = scene.app ?? 1;
  const site = join(dir, 'site');
  const at = placed({ dir, siteDir: site, listen: { host: '127.0.0.1', port }, app, ...scene.place });
  for (const [path, content] of Object.entries({ 'public/index.html': 'home', ...scene.files })) {
    const file = join(site, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, content);
  }
  const options = userOf(engine);
  const configure = (text: string) => writeFile(join(dir, 'conf/nginx.conf'), text);
  await engine.part.prepare(at);
  const user = options.user ? `user ${options.user};` : '';
  if (scene.conf) await configure(scene.conf({ port, app, site, user }));

  const { file, args, env } = engine.part.launch(at);
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  let said = '';
  child.stderr?.on('data', chunk => {
    said += chunk;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null || child.signalCode !== null);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${engine.name} ended: ${said}`);
      return webAnswers(at, AbortSignal.timeout(5000));
    });
  } catch (problem) {
    await stop();
    throw problem;
  }
  return {
    dir,
    site,
    at,
    port,
    process: child,
    log: name => readFile(join(dir, 'logs', `${name}.log`), 'utf8').catch(() => ''),
    configure,
    async reload(done) {
      const hangUp = (): void => void child.kill('SIGHUP');
      // As the stack does it: for a moment nginx's old workers go on answering beside the new ones.
      if (child.pid && engine.part.reload) await engine.part.reload(at, child.pid, hangUp).catch(() => {});
      else hangUp();
      await until(done);
    },
    [Symbol.asyncDispose]: stop,
  };
};
