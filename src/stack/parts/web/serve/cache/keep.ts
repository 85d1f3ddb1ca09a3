import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Exchange } from '../exchange.ts';
import { report } from '../logs.ts';
import type { Reply } from '../reply.ts';
import type { AnswerBody } from '../upstream/answer-body.ts';
import type { Head } from '../upstream/head.ts';
import type { Draft } from './file.ts';
import { type Lifetime, variantOf, varyOf } from './policy.ts';
import { withValidators } from './reply.ts';
import type { Item, Store } from './store.ts';

export interface Keeping {
  x: Exchange;
  store: Store;
  item: Item;
  lifetime: Lifetime;
  head: Head;
  body: AnswerBody;
  reply: Reply;
  /** Called when the answer has been kept, or could not be. */
  end(): void;
}

/** Writes the answer into the cache, while it goes to the client. */
export const keep = ({ x, store, item, lifetime, head, body, reply, end }: Keeping): Reply => {
  const vary = varyOf(x.target.settings, head.raw);
  const draft = store.draft(item, { ...lifetime, vary, variant: vary && variantOf(x, vary) }, head);
  if (typeof body === 'string') {
    draft.write(body);
    commit(x, draft);
    end();
    return withValidators(reply);
  }
  return withValidators({ ...reply, body: split(x, body, draft, end) });
};

const commit = (x: Exchange, draft: Draft): void => {
  try {
    draft.commit();
  } catch (problem) {
    report(x, 'crit', `the answer cannot be kept: ${(problem as Error).message}`);
  }
};

/** What may wait for a slow client before the upstream waits, too. */
const room = 32 * 2 ** 20;

/** One for the file, one for the client, who may leave earlier: the file wants all of it. */
const split = (x: Exchange, source: Readable, draft: Draft, end: () => void): Readable => {
  const copy = new Readable({ highWaterMark: room, read: () => source.resume() });
  copy.on('error', () => {}).on('close', () => source.resume());
  source.on('data', (piece: Buffer) => {
    draft.write(piece);
    if (!copy.destroyed && !copy.push(piece)) source.pause();
  });
  source.on('end', () => {
    commit(x, draft);
    end();
    if (!copy.destroyed) copy.push(null);
  });
  source.on('error', problem => {
    draft.abort();
    end();
    copy.destroy(problem);
  });
  return copy;
};

/** After a 304: the same answer for another while. */
export const renew = (x: Exchange, store: Store, item: Item, lifetime: Lifetime): void => {
  const { kept } = item;
  if (!kept) return;
  const draft = store.draft(item, { ...kept.meta, ...lifetime }, kept.head);
  draft.write(readFileSync(item.file).subarray(kept.start));
  commit(x, draft);
};
