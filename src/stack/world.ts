import { lstat, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Database } from './database.ts';
import { schemaStatements } from './parts/db/schema.ts';
import type { Placement } from './parts/part.ts';
import type { Runner } from './runner.ts';

/** The state in which a stack came up, and the way back to it. */
export interface World {
  /** Undoes what differs: stopped parts, edited files, data, the memory of the app server, logs. */
  putBack(): Promise<void>;
  /** Writes a file of a part and takes it into the state to which the way leads back. */
  add(runner: Runner, path: string, content: string, mode?: number): Promise<void>;
  /** Changes a file in both: on the disk, with what the learner has edited, and in the state to go back to. */
  amend(runner: Runner, path: string, change: (text: string) => string): Promise<void>;
}

interface Original {
  content: Buffer;
  /** Permissions, where the usual ones let too many people read. */
  mode?: number;
}

export const createWorld = async (runners: readonly Runner[], database: Database): Promise<World> => {
  const app = runners.find(({ at }) => at.plan.part === 'app');
  const db = runners.find(({ at }) => at.plan.part === 'db');
  const originals = await Promise.all(
    runners.map(async runner => ({ runner, files: await filesOf(runner) })),
  );
  const schema = app ? await schemaStatements(app.at.siteDir) : [];
  const appLog = () => (app ? sizeOf(app.engine.logs(app.at)) : Promise.resolve(0));
  let quietAppLog = await appLog();

  const putBack = async (): Promise<void> => {
    const stale = new Set<Runner>();
    for (const { runner, files } of originals) if (await restore(runner, files)) stale.add(runner);
    // Whoever asked the site anything may have left a session or a busy worker in the app server's memory.
    if (app && (await appLog()) !== quietAppLog) stale.add(app);
    await Promise.all(
      runners.map(async runner => {
        // Also one that seems to run: the screen shows learners how `kill -STOP` pauses it.
        if (runner.state === 'paused' || runner.state === 'running') await runner.act('resume');
        if (runner.state !== 'running') await runner.act('start');
        else if (stale.has(runner)) await runner.act('restart');
      }),
    );
    if (db) await database.refill(schema);
    await Promise.all(runners.flatMap(({ at }) => [emptyLogs(at.dir), emptyLogs(join(at.dir, 'logs'))]));
    quietAppLog = await appLog();
  };

  const filesFor = (runner: Runner): Map<string, Original> =>
    originals.find(({ runner: owner }) => owner === runner)?.files ?? new Map();
  return {
    putBack,
    add: async (runner, path, text, mode) => {
      const original = { content: Buffer.from(text), ...(mode !== undefined && { mode }) };
      filesFor(runner).set(path, original);
      await putFile(path, original, runner.at);
    },
    amend: async (runner, path, change) => {
      const files = filesFor(runner);
      const original = files.get(path);
      if (original) files.set(path, { ...original, content: Buffer.from(change(String(original.content))) });
      const present = await readPlain(path, runner.at);
      if (present === undefined) return;
      const changed = change(present);
      if (changed !== present) await writeFile(path, changed);
    },
  };
};

/** Content by path of everything that a learner may edit. */
const filesOf = async ({ at, engine }: Runner): Promise<Map<string, Original>> => {
  const paths = [
    ...(engine.configuration?.(at) ?? []),
    ...(at.plan.part === 'app' ? await tree(at.siteDir) : []),
  ];
  return new Map(
    await Promise.all(paths.map(async path => [path, { content: await readFile(path) }] as const)),
  );
};

const tree = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name));
};

/** Whether anything had to be put back. */
const restore = async (runner: Runner, files: Map<string, Original>): Promise<boolean> => {
  let changed = false;
  for (const [path, original] of files) {
    if (await isPlain(path, runner.at)) {
      const found = await readFile(path).catch(() => undefined);
      if (found?.equals(original.content)) continue;
    }
    await putFile(path, original, runner.at);
    changed = true;
  }
  if (runner.at.plan.part !== 'app') return changed;
  for (const path of await tree(runner.at.siteDir)) {
    if (files.has(path)) continue;
    await rm(path);
    changed = true;
  }
  return changed;
};

/** The folders between the part's (or the site's) and the file, outermost first, and the file. */
const stepsTo = (path: string, { dir, siteDir }: Placement): string[] => {
  const root = path.startsWith(join(siteDir, sep)) ? siteDir : dir;
  const names = relative(root, path).split(sep);
  return names.map((_, index) => join(root, ...names.slice(0, index + 1)));
};

/** Neither a link nor behind one: learners' own files, to which they have linked, are not ours to read or write. */
const isPlain = async (path: string, at: Placement): Promise<boolean> => {
  const steps = stepsTo(path, at);
  const found = await Promise.all(steps.map(step => lstat(step).catch(() => undefined)));
  return found.every((stats, index) => (index < steps.length - 1 ? stats?.isDirectory() : stats?.isFile()));
};

/** Its text; nothing when it is missing, or is not ours to read. */
export const readPlain = async (path: string, at: Placement): Promise<string | undefined> =>
  (await isPlain(path, at)) ? readFile(path, 'utf8').catch(() => undefined) : undefined;

/** Whatever stands in its place or on the way to it. */
export const putFile = async (
  path: string,
  { content, mode }: { content: Buffer | string; mode?: number },
  at: Placement,
): Promise<void> => {
  for (const step of stepsTo(path, at)) {
    const stats = await lstat(step).catch(() => undefined);
    if (stats && (step === path ? !stats.isFile() : !stats.isDirectory()))
      await rm(step, { recursive: true });
  }
  await mkdir(dirname(path), { recursive: true });
  if (mode === undefined) return writeFile(path, content);
  // Only a new file gets the permissions, and with them from its first moment.
  await rm(path, { force: true });
  await writeFile(path, content, { mode });
};

const sizeOf = async (files: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(
    files.map(file =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

/**
 * Without taking the files away from the processes that append to them. Not the folders below: what ends in
 * `.log` among the data of a database is no log for people.
 */
const emptyLogs = async (dir: string): Promise<void> => {
  const logs = (await readdir(dir).catch(() => [])).filter(name => name.endsWith('.log'));
  for (const name of logs) {
    const handle = await open(join(dir, name), 'r+').catch(() => undefined);
    await handle?.truncate(0);
    await handle?.close();
  }
};
