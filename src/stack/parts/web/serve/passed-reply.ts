import type { Pass } from '../conf/model.ts';
import type { Exchange } from './exchange.ts';
import { passedHeaders } from './proxy-headers.ts';
import type { Reply } from './reply.ts';
import type { Head } from './upstream/head.ts';

/** An upstream's answer for the client, whether it came now or was kept. */
export const passedReply = (x: Exchange, pass: Pass, head: Head, body: Reply['body']): Reply => ({
  kind: 'reply',
  status: head.status,
  ...(head.reason && { reason: head.reason }),
  ...(head.contentType !== undefined && { type: head.contentType }),
  headers: passedHeaders(x, pass, head.raw),
  body,
  length: head.length,
  ...(head.etag !== undefined && { etag: head.etag }),
});
