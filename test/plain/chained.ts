import type { Hop, ProxyName, Trace, UpstreamTry, WebHop } from '../../src/stack/browser/trace.ts';
import { guestbook } from '../tui/fake-stack.ts';

const tried = (
  part: NonNullable<UpstreamTry['to']>['part'],
  server: string,
  host: string,
  status: number,
  headerMs?: number,
): UpstreamTry => ({
  address: `127.0.0.1:${41000 + server.length}`,
  to: { part, server, address: { host, port: part === 'app' ? 8000 : 80 } },
  status,
  responseMs: headerMs ?? 0.2,
  ...(headerMs !== undefined && { headerMs }),
});

const hop = (part: ProxyName, server: string, durationMs: number, more: Partial<WebHop>): WebHop => ({
  part,
  server,
  status: 200,
  upstream: [],
  log: `127.0.0.1 [01/Mar/2026:12:00:00 +0000] "GET /guestbook HTTP/1.1" 200 2214 "-" ${part} 4f1c2d`,
  durationMs,
  ...more,
});

const proxies: WebHop[] = [
  hop('cdn', 'cdn-1', 42, {
    upstream: [tried('balancer', 'balancer-1', '8.8.8.8', 200, 41.5)],
    cache: 'MISS',
  }),
  hop('balancer', 'balancer-1', 41.5, { upstream: [tried('cache', 'cache-1', '10.0.0.31', 200, 41.2)] }),
  hop('cache', 'cache-1', 41.2, {
    cache: 'EXPIRED',
    upstream: [
      tried('web', 'server-1', '10.0.0.11', 502),
      tried('web', 'server-2', '10.0.0.12', 504, 0.5),
      tried('web', 'server-3', '10.0.0.13', 200, 40.8),
    ],
  }),
  hop('web', 'server-3', 40.8, { upstream: [tried('app', 'server-3', '127.0.0.1', 200, 40.5)] }),
];

/** A request through everything that there is. */
export const chained: Trace = {
  ...guestbook,
  via: ['dns', 'cdn', 'balancer', 'cache', 'web', 'app', 'db'],
  hops: guestbook.hops.flatMap((each): Hop[] => (each.part === 'web' ? proxies : [each])),
};
