import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheZone } from '../../conf/model.ts';
import { look } from '../files.ts';
import type { Head } from '../upstream/head.ts';
import { type Draft, fileOf, type Kept, type Meta, openDraft, readTop } from './file.ts';

/** What is known about one key. The answer itself lies in a file, and who removes that has purged it. */
export interface Item {
  key: string;
  file: string;
  /** Requests for it, for `proxy_cache_min_uses`. */
  uses: number;
  /** `Date.now()` of the last one. */
  used: number;
  /** As it was read, and what stat(2) said of the file then. */
  kept: (Kept & { stats: Stats; body: string | undefined }) | undefined;
  /** A failure that is remembered instead of an answer. */
  failure: { status: number; until: number } | undefined;
  /** Somebody is fetching it. */
  update: Update | undefined;
  size: number;
}

export interface Update {
  /** `Date.now()` */
  since: number;
  done: Promise<void>;
  end(): void;
}

/** A zone: bounded in answers and bytes, and what was used last stays longest. */
export interface Store {
  /** The key's item, counted as used; with its answer if there is one. */
  find(key: string): Item;
  /** The body of a small answer, kept in memory as well. */
  small(item: Item): string | undefined;
  draft(item: Item, meta: Meta, head: Head): Draft;
}

/** By folder: a zone outlives the configuration that named it. */
const stores = new Map<string, Store & { resize(zone: CacheZone): void }>();

export const storeOf = (zone: CacheZone): Store => {
  const known = stores.get(zone.path);
  if (known) {
    known.resize(zone);
    return known;
  }
  const store = createStore(zone);
  stores.set(zone.path, store);
  return store;
};

const smallSize = 64 * 1024;
const sweepMs = 10_000;

const createStore = (first: CacheZone): Store & { resize(zone: CacheZone): void } => {
  let zone = first;
  /** By key, the one that was used last at the end. */
  const items = new Map<string, Item>();
  /** Files of an earlier life of this process, by name, that nobody has asked for yet. */
  const old = new Map<string, { file: string; size: number; used: number }>();
  let total = 0;

  const setSize = (item: Item, size: number): void => {
    total += size - item.size;
    item.size = size;
  };

  const load = (item: Item, stats: Stats): void => {
    if (item.kept?.stats.ino === stats.ino && item.kept.stats.mtimeMs === stats.mtimeMs) return;
    item.kept = undefined;
    setSize(item, 0);
    try {
      const kept = readTop(item.file, item.key);
      if (!kept) return;
      item.kept = { ...kept, stats, body: undefined };
      setSize(item, stats.size);
    } catch {
      // Removed in this moment: then it is not there.
    }
  };

  const remove = (item: Item): void => {
    items.delete(item.key);
    setSize(item, 0);
    rmSync(item.file, { force: true });
  };

  /** Makes room: the oldest go first, those that nobody has asked for in this life before all others. */
  const shrink = (): void => {
    for (const [name, { file, size }] of old) {
      if (total <= zone.maxSize && items.size + old.size <= zone.keys) return;
      old.delete(name);
      total -= size;
      rmSync(file, { force: true });
    }
    for (const item of items.values()) {
      if (total <= zone.maxSize && items.size <= zone.keys) return;
      if (!item.update) remove(item);
    }
  };

  const sweep = (): void => {
    const before = Date.now() - zone.inactive;
    for (const [name, { file, size, used }] of old) {
      if (used >= before) continue;
      old.delete(name);
      total -= size;
      rmSync(file, { force: true });
    }
    for (const item of items.values()) {
      if (item.used >= before) return;
      if (!item.update) remove(item);
    }
  };

  const survey = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = join(folder, entry.name);
      if (entry.isDirectory()) survey(file);
      else if (/^[\da-f]{32}$/.test(entry.name)) {
        const { size, mtimeMs } = statSync(file);
        old.set(entry.name, { file, size, used: mtimeMs });
        total += size;
      } else if (/^[\da-f]{32}\.\d+-\d+$/.test(entry.name)) rmSync(file, { force: true });
    }
  };

  const create = (key: string): Item => {
    const name = hash('md5', key);
    const file = fileOf(zone.path, zone.levels, name);
    total -= old.get(name)?.size ?? 0;
    old.delete(name);
    return { key, file, uses: 0, used: 0, kept: undefined, failure: undefined, update: undefined, size: 0 };
  };

  mkdirSync(zone.path, { recursive: true });
  survey(zone.path);
  setInterval(sweep, sweepMs).unref();

  return {
    resize(next) {
      zone = next;
    },
    find(key) {
      const item = items.get(key) ?? create(key);
      items.delete(key);
      items.set(key, item);
      item.uses++;
      item.used = Date.now();
      const stats = look(item.file);
      if (stats instanceof Error) {
        item.kept = undefined;
        setSize(item, 0);
      } else load(item, stats);
      if (items.size > zone.keys) shrink();
      return item;
    },
    small({ kept, file }) {
      if (!kept || kept.stats.size > smallSize) return undefined;
      kept.body ??= readFileSync(file).toString('latin1', kept.start);
      return kept.body;
    },
    draft(item, meta, head) {
      const draft = openDraft(item.file, item.key, meta, head);
      return {
        ...draft,
        commit() {
          draft.commit();
          item.failure = undefined;
          const stats = statSync(item.file);
          load(item, stats);
          shrink();
        },
      };
    },
  };
};
