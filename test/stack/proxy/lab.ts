import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import { type ForwardProxy, openProxy, type ProxyDeps } from '../../../src/stack/proxy/proxy.ts';
import { until } from '../../until.ts';
import { type Listening, startLab } from '../browser/lab.ts';

export interface ProxyLab {
  proxy: ForwardProxy;
  /** How often the name server was asked. */
  questions: number;
  clock: { now: number };
  stopDns(): Promise<void>;
}

/** A proxy in front of a real DNS server and whatever plays the web server at 8.8.8.8:80. */
export const startProxyLab = async (
  web: Endpoint,
  deadlines: ProxyDeps['deadlines'] = {},
  lines: string[] = [],
): Promise<ProxyLab> => {
  const { book, dns, clock, close } = await startLab(web, { lines });
  let dnsRuns = true;
  const lab = { questions: 0, clock } as ProxyLab;
  lab.proxy = await openProxy({
    book,
    resolvers: () => {
      lab.questions++;
      return [{ story: { host: '192.0.2.53', port: 53 }, here: dns.here }];
    },
    secure: async () => {},
    deadlines,
    now: () => clock.now,
  });
  lab.stopDns = async () => {
    dnsRuns = false;
    await close();
  };
  onTestFinished(async () => {
    await lab.proxy.close();
    if (dnsRuns) await close();
  });
  return lab;
};

/** What a client says and hears, byte by byte. */
export interface Client {
  socket: Socket;
  /** All that has come. */
  readonly heard: string;
  readonly ended: boolean;
  say(...lines: string[]): void;
  hears(text: string | RegExp): Promise<void>;
  isClosed(): Promise<void>;
}

export const dial = ({ host, port }: Endpoint, options: { allowHalfOpen?: boolean } = {}): Client => {
  const socket = connect({ host, port, ...options });
  let heard = '';
  let ended = false;
  let closed = false;
  socket.on('data', data => {
    heard += data.toString('latin1');
  });
  socket
    .on('error', () => {})
    .on('end', () => {
      ended = true;
    });
  socket.on('close', () => {
    closed = true;
  });
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    get heard() {
      return heard;
    },
    get ended() {
      return ended;
    },
    say: (...lines) => void socket.write(lines.join('\r\n'), 'latin1'),
    hears: text => until(() => (typeof text === 'string' ? heard.includes(text) : text.test(heard))),
    isClosed: () => until(() => closed),
  };
};

/** Closes it with the test. */
export const during = async (listening: Promise<Listening>): Promise<Listening> => {
  const found = await listening;
  onTestFinished(() => found.close());
  return found;
};
