import { type Directive, fail, type UpstreamDraft } from './directive.ts';
import type { Place } from './error.ts';
import { isLoopback, loopback } from './loopback.ts';
import type { Peer } from './model.ts';
import { parseAddress } from './values.ts';

/** What the kernel takes as the path of a UNIX socket, with the zero at its end (unix(7)). */
const maxPath = 108;

const peerAt = (place: Pick<Peer, 'host' | 'port' | 'path' | 'address' | 'written'>): Peer => ({
  ...place,
  weight: 1,
  maxConns: 0,
  maxFails: 1,
  failTimeout: 10,
  backup: false,
  down: false,
});

/** An address that requests may be passed to. Throws ConfError when it is none on this machine. */
export const parsePeer = (text: string, directive: Pick<Directive, 'place'>): Peer => {
  if (/^unix:/i.test(text)) {
    const path = text.slice('unix:'.length);
    const wrong =
      path === ''
        ? 'no path in the unix domain socket'
        : Buffer.byteLength(path) >= maxPath && 'too long path in the unix domain socket';
    if (wrong) fail(`${wrong} in upstream "${text}"`, directive);
    return peerAt({ host: '', port: 0, path, address: `unix:${path}`, written: text });
  }
  const { host, port } = parseAddress(text, 80);
  if (host === '') fail(`no host in upstream "${text}"`, directive);
  if (Number.isNaN(port)) fail(`invalid port in upstream "${text}"`, directive);
  const address = loopback(host) ?? fail(`host not found in upstream "${text}"`, directive);
  if (!isLoopback(address)) {
    fail(`upstream "${text}" is not on this machine, and nothing may be sent beyond it`, directive);
  }
  const shown = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return peerAt({ host: address, port, path: undefined, address: shown, written: text });
};

/** nginx's defaults. */
export const newUpstream = (name: string, place: Place, peers: Peer[] = []): UpstreamDraft => ({
  name,
  place,
  method: { kind: 'round_robin' },
  peers,
  keepalive: 0,
  keepaliveRequests: 1000,
  keepaliveTimeout: 60_000,
  keepaliveTime: 3_600_000,
});
