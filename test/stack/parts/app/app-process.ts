import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { processEntry } from '../../../../src/stack/entries.ts';
import type { AppPlace, AppSettings, TraceLine } from '../../../../src/stack/parts/app/contract.ts';
import { settingsText } from '../../../../src/stack/parts/app/settings.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** The real application server as a process of its own, in a folder of its own, on a UNIX socket. */
export interface AppProcess {
  dir: string;
  siteDir: string;
  socket: string;
  process: ChildProcess;
  ask(path: string, asking?: Asking): Promise<Answer>;
  edit(file: string, text: string): Promise<void>;
  /** Changes `app.json`. */
  configure(change: Partial<AppSettings>): Promise<void>;
  log(): Promise<string>;
  output(): string;
  traces(): Promise<TraceLine[]>;
  /** Resolves with the exit code. */
  end(): Promise<number | null>;
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'wst-test-'));

const nowhere = {
  databases: [{ host: '127.0.0.1', port: 1 }],
  user: 'web',
  password: 'not-to-be-seen',
  database: 'foobar',
};

/** Starts it on the given application files and waits for its first answer, unless it is expected to end. */
export const startAppProcess = async (
  files: Record<string, string>,
  given: Partial<AppSettings & AppPlace> = {},
  ready = true,
): Promise<AppProcess> => {
  const dir = await temporaryFolder();
  const siteDir = join(dir, 'site');
  const socket = join(dir, 's');
  const edit = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(siteDir, file)), { recursive: true });
    await writeFile(join(siteDir, file), text);
  };
  for (const [file, text] of Object.entries(files)) await edit(file, text);
  const settings: AppSettings = { workers: 2, queue: 3, serviceMs: 1, ...nowhere };
  const place: AppPlace = {
    listen: { path: socket },
    siteDir,
    buildDir: join(dir, 'builds'),
    server: 'server-1',
    traceLog: join(dir, 'trace.log'),
    log: join(dir, 'app.log'),
    pidFile: join(dir, 'app.pid'),
  };
  for (const [name, value] of Object.entries(given))
    Object.assign(name in settings ? settings : place, { [name]: value });
  const [settingsFile, placeFile] = [join(dir, 'app.json'), join(dir, 'place.json')];
  await writeFile(settingsFile, settingsText(settings));
  await writeFile(placeFile, JSON.stringify(place));
  const child = spawn(process.execPath, [processEntry('app'), settingsFile, placeFile], { cwd: dir });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  child.stderr.on('data', chunk => {
    output += chunk;
  });

  const app: AppProcess = {
    dir,
    siteDir: place.siteDir,
    socket,
    process: child,
    ask: (path, asking) => ask({ socketPath: socket }, path, asking),
    edit,
    configure: async change => {
      Object.assign(settings, change);
      await writeFile(settingsFile, settingsText(settings));
    },
    log: () => readFile(place.log, 'utf8'),
    output: () => output,
    traces: async () =>
      (await readFile(place.traceLog, 'utf8'))
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as TraceLine),
    end: async () => {
      child.kill('SIGTERM');
      // A server that does not end by itself must not outlive the test.
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      const code = await exited;
      clearTimeout(timer);
      await rm(dir, { recursive: true, force: true });
      return code;
    },
  };
  try {
    if (ready) await vi.waitFor(() => app.ask('/health'), { timeout: 20_000, interval: 10 });
  } catch (error) {
    await app.end();
    throw new Error(`the application server did not answer: ${output}`, { cause: error });
  }
  return app;
};

export const ask = (
  to: { socketPath: string } | { host: string; port: number },
  path: string,
  { method, headers = {}, form, body, signal }: Asking = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const payload = form ? new URLSearchParams(form).toString() : body;
    const type = form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {};
    const asked = request({
      ...to,
      ...(signal ? { signal } : {}),
      path,
      agent: false,
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      headers: { Host: 'www.foobar.com', ...type, ...headers },
    });
    asked.on('error', reject);
    asked.on('response', async response => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      } catch (error) {
        reject(error);
      }
    });
    asked.end(payload);
  });
