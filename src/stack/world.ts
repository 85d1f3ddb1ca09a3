import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { emptyLogs, isPlain, putFile, readPlain, sizeOf, tree } from './files.ts';
import { merged } from './merge.ts';
import type { GeneratedFile } from './parts/part.ts';
import type { Runner } from './runner.ts';
import { StackError } from './stack.ts';
import type { PartId } from './topology.ts';

/** What the stack was given and what learners made of it: the way back from the second to the first. */
export interface World {
  /** Takes in a part that was just made: what follows from the plan now is what it is given. */
  adopt(runner: Runner): void;
  /** Undoes what differs: stopped parts, edited files, data, the memory of the app servers, logs. */
  putBack(runners: readonly Runner[]): Promise<void>;
  /** Writes a file of a part and takes it into the state to which the way leads back. */
  add(runner: Runner, path: string, file: GeneratedFile): Promise<void>;
  /**
   * How the configuration of a part changes that follows differently from the plan now; nothing when it does not.
   * Throws StackError where a learner has changed the same lines.
   */
  following(runner: Runner): Promise<(() => Promise<void>) | undefined>;
  /** A file of it was written: what it obeys may differ from what stands there, even when that is as it was. */
  edited(id: PartId): void;
  /** The part is gone, with everything that it had. */
  forget(id: PartId): void;
}

interface Options {
  database: Database;
  /** The application files that a server has when nothing was deployed or edited, by their path. */
  siteFiles(siteDir: string): Promise<ReadonlyMap<string, Buffer>>;
  /** Statements of the site's schema. */
  schema(): Promise<string[]>;
}

export const createWorld = ({ database, siteFiles, schema }: Options): World => {
  const originals = new Map<PartId, Map<string, GeneratedFile>>();
  /** Size of an app server's log when it had served nobody. */
  const quietLogs = new Map<PartId, number>();
  const touched = new Set<PartId>();

  const originalsOf = ({ at: { plan } }: Runner): Map<string, GeneratedFile> =>
    originals.get(plan.id) ?? new Map();
  const servedAnybody = async (runner: Runner): Promise<boolean> =>
    (await sizeOf(runner.engine.logs(runner.at))) !== quietLogs.get(runner.at.plan.id);

  /** Whether anything had to be put back. */
  const restore = async (runner: Runner): Promise<boolean> => {
    let changed = false;
    for (const [path, original] of originalsOf(runner)) {
      if ((await readPlain(path, runner.at)) === original.text) continue;
      await putFile(path, { content: original.text, ...mode(original) }, runner.at);
      changed = true;
    }
    if (runner.at.plan.part !== 'app') return changed;
    const files = await siteFiles(runner.at.siteDir);
    for (const [path, content] of files) {
      const same =
        (await isPlain(path, runner.at)) && (await readFile(path).catch(() => undefined))?.equals(content);
      if (same) continue;
      await putFile(path, { content }, runner.at);
      changed = true;
    }
    for (const path of await tree(runner.at.siteDir)) {
      if (files.has(path)) continue;
      await rm(path);
      changed = true;
    }
    return changed;
  };

  const putBackOne = async (runner: Runner): Promise<void> => {
    const isApp = runner.at.plan.part === 'app';
    const restored = (await restore(runner)) || touched.has(runner.at.plan.id);
    touched.delete(runner.at.plan.id);
    const discarded = await runner.engine.discard?.(runner.at);
    // Whoever asked the site anything may have left a session or a busy worker in the app server's memory, and in
    // a balancer's whose turn it is and whom it leaves out for a while.
    const remembers = isApp || runner.at.plan.part === 'balancer';
    const served = remembers && (await servedAnybody(runner));
    // A balancer that restarts would be taken for a dead one by the other one.
    const forgets = isApp || process.platform === 'win32' ? 'restart' : 'reload';
    // Also one that seems to run: the screen shows learners how `kill -STOP` pauses it.
    if (runner.state === 'paused' || runner.state === 'running') await runner.act('resume');
    if (runner.state !== 'running') await runner.act('start');
    else if (restored || discarded) await runner.act('restart');
    else if (served) await runner.act(forgets);
  };

  const putBack = async (runners: readonly Runner[]): Promise<void> => {
    // Whoever repeats another one's data finds that one as it was.
    for (const repeats of [false, true])
      await Promise.all(
        runners.filter(({ at }) => (at.plan.source !== undefined) === repeats).map(putBackOne),
      );
    await database.refill(await schema());
    await Promise.all(runners.flatMap(({ at }) => [emptyLogs(at.dir), emptyLogs(join(at.dir, 'logs'))]));
    await Promise.all(
      runners.map(async ({ at, engine }) => {
        if (at.plan.part === 'app') quietLogs.set(at.plan.id, await sizeOf(engine.logs(at)));
      }),
    );
  };

  return {
    adopt: ({ at, engine }) => void originals.set(at.plan.id, new Map(engine.generated?.(at))),
    putBack,
    add: async (runner, path, file) => {
      originalsOf(runner).set(path, file);
      await putFile(path, { content: file.text, ...mode(file) }, runner.at);
    },
    following: async runner => {
      const known = originalsOf(runner);
      const changes = new Map<string, { next: GeneratedFile; text: string | undefined }>();
      for (const [path, next] of runner.engine.generated?.(runner.at) ?? []) {
        const before = known.get(path)?.text ?? '';
        if (before === next.text) continue;
        const present = await readPlain(path, runner.at);
        const text = present === undefined ? undefined : await merged({ present, before, after: next.text });
        if (text === undefined && present !== undefined)
          throw new StackError(
            `${path.slice(runner.at.dir.length + 1)} of ${runner.at.plan.id} was edited just where it has to change: undo that, or reset`,
          );
        const revised = text === undefined ? undefined : next.revised?.(text, present ?? '');
        changes.set(path, { next, text: revised ?? text });
      }
      if (changes.size === 0) return undefined;
      return async () => {
        for (const [path, { next, text }] of changes) {
          known.set(path, next);
          // One that a learner has removed stays away.
          if (text !== undefined) await putFile(path, { content: text, ...mode(next) }, runner.at);
        }
      };
    },
    edited: id => void touched.add(id),
    forget: id => {
      touched.delete(id);
      originals.delete(id);
      quietLogs.delete(id);
    },
  };
};

const mode = ({ mode }: GeneratedFile): { mode?: number } => (mode === undefined ? {} : { mode });
