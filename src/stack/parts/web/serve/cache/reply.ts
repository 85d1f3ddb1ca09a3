import { createReadStream, openSync } from 'node:fs';
import type { Pass } from '../../conf/model.ts';
import type { Exchange } from '../exchange.ts';
import { passedReply } from '../passed-reply.ts';
import type { Reply } from '../reply.ts';
import type { Head } from '../upstream/head.ts';
import { header } from '../variables.ts';
import type { Item, Store } from './store.ts';

/** An answer from the cache; undefined when its file cannot be read any more. */
export const keptReply = (x: Exchange, pass: Pass, store: Store, item: Item): Reply | undefined => {
  const { kept } = item;
  if (!kept) return undefined;
  const { head, start } = kept;
  let body: Reply['body'];
  try {
    body = store.small(item) ?? createReadStream(item.file, { fd: openSync(item.file, 'r'), start });
  } catch {
    item.kept = undefined;
    return undefined;
  }
  x.upstreamHeaders = head.raw;
  return withValidators(passedReply(x, pass, head, body));
};

/** What is kept is compared with the client's copy here; parts of it, too, if the upstream offers parts. */
export const withValidators = (reply: Reply): Reply => {
  const { headers, body } = reply;
  const lastModified = header(headers, 'last-modified');
  const ranges = header(headers, 'accept-ranges') !== undefined && typeof body === 'string';
  const rest: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]?.toLowerCase();
    if (name === 'last-modified' || (ranges && name === 'accept-ranges')) continue;
    rest.push(headers[i] as string, headers[i + 1] as string);
  }
  return {
    ...reply,
    headers: rest,
    comparable: true,
    ...(lastModified !== undefined && { lastModified, modifiedMs: Date.parse(lastModified) }),
    ...(ranges && { range: (start: number, end: number) => body.slice(start, end + 1) }),
  };
};

/** For `proxy_cache_revalidate`: whether what is kept is still the latest. */
export const questionsAbout = ({ raw, etag, status }: Head): string[] => {
  if (status !== 200 && status !== 206) return [];
  const lastModified = header(raw, 'last-modified');
  return [
    ...(lastModified === undefined ? [] : ['If-Modified-Since', lastModified]),
    ...(etag === undefined ? [] : ['If-None-Match', etag]),
  ];
};
