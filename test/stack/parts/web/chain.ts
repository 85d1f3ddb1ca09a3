/** Proxies one behind the other, each with the configuration that is generated for it. */

import { hear, makerOf } from '../../../../src/stack/browser/testimony.ts';
import { webEvidence } from '../../../../src/stack/parts/web/evidence.ts';
import type { PartName } from '../../../../src/stack/topology.ts';
import { type Engine, startWeb, type Web } from './engines.ts';
import { type Answer, type App, type Ask, ask } from './http.ts';
import { peer, planOf } from './places.ts';

export interface Chain extends AsyncDisposable {
  /** By their servers: `server-1`, `cache-1`, `balancer-1`, `cdn-1`. */
  parts: Record<string, Web>;
  /** Asks whoever is in front. */
  get(path: string, options?: Ask): Promise<Answer>;
  /** What the parts say about an answer. */
  evidence(answer: Answer): Promise<{ hops: string[]; tries: string[][]; maker: PartName }>;
}

const front = ['cdn-1', 'balancer-1', 'server-1'];

/** The parts that are named, each asking those behind it; `server-1` has the first application, and so on. */
export const startChain = async (
  engine: Engine,
  names: readonly string[],
  apps: readonly Pick<App, 'port'>[],
): Promise<Chain> => {
  const parts: Record<string, Web> = {};
  const has = (kind: string) => names.filter(name => name.startsWith(kind));
  const open = front.find(name => names.includes(name)) ?? '';
  const partOf = (name: string) =>
    name.startsWith('server') ? 'web' : (name.replace(/-\d$/, '') as PartName);
  const hostOf = (name: string) =>
    ({ 'cdn-1': '203.0.113.10', 'balancer-1': '8.8.8.8', 'cache-1': '10.0.0.31' })[name] ??
    `10.0.0.1${name.at(-1)}`;
  // Behind a CDN the site has its public address, too.
  const isOpen = (name: string) => name === open || name === 'balancer-1' || has('balancer').length === 0;
  const peerOf = (name: string) =>
    peer(partOf(name), name, hostOf(name), parts[name]?.port ?? 0, isOpen(name));
  const behind = (name: string) => {
    if (name === 'cdn-1') return has('balancer').length > 0 ? has('balancer') : has('server');
    if (name === 'balancer-1') return [...has('cache'), ...has('server')];
    return name === 'cache-1' ? has('server') : [];
  };
  const dispose = async () => {
    for (const web of Object.values(parts)) await web[Symbol.asyncDispose]();
  };
  try {
    for (const name of ['server-1', 'server-2', 'cache-1', 'balancer-1', 'cdn-1'].filter(one =>
      names.includes(one),
    )) {
      const plan = planOf(partOf(name), name, hostOf(name), { open: isOpen(name) });
      const app = peer('app', name, '127.0.0.1', apps[Number(name.at(-1)) - 1]?.port ?? 1);
      const peers = partOf(name) === 'web' ? [app] : behind(name).map(peerOf);
      parts[name] = await startWeb(engine, {
        place: { plan, peers },
        files: { 'public/style.css': 'body {}' },
      });
    }
  } catch (problem) {
    await dispose();
    throw problem;
  }
  const entries = names.map(name => ({ ...peerOf(name) }));
  const witnesses = entries.map(({ plan }) => ({
    plan,
    evidence: webEvidence((parts[plan.server] as Web).at),
  }));
  return {
    parts,
    get: (path, options = {}) =>
      ask(parts[open]?.port ?? 0, path, {
        ...options,
        headers: { Host: 'www.foobar.com', ...options.headers },
      }),
    async evidence({ headers }) {
      const about = {
        requestId: String(headers['x-request-id']),
        front: planOf(partOf(open), open, ''),
        appServer: /^app@(.*)/.exec(String(headers['x-served-by'] ?? ''))?.[1],
        entries,
        evidenceMs: 5000,
        signal: undefined,
      };
      const hops = await hear(witnesses, about);
      return {
        hops: hops.map(({ part, server }) => `${part}@${server}`),
        tries: hops.map(hop =>
          'upstream' in hop
            ? hop.upstream.map(
                ({ to, status, headerMs }) =>
                  `${to?.server ?? '-'} ${headerMs === undefined ? 'silent' : status}`,
              )
            : [],
        ),
        maker: makerOf(about, hops),
      };
    },
    [Symbol.asyncDispose]: dispose,
  };
};
