import type { Socket } from 'node:net';
import { recordTypes } from '../parts/dns/rdata.ts';
import { type RequestOptions, StackError } from '../stack.ts';
import { type PartName, partNames } from '../topology.ts';
import { findAddresses } from './addresses.ts';
import { type Book, type Connection, openConnection } from './connect.ts';
import { createCookieJar } from './cookies.ts';
import { exchange } from './exchange.ts';
import type { Handshake, HandshakeOptions } from './handshake.ts';
import { lookUp, type NameServer } from './lookup.ts';
import { createNameCache } from './name-cache.ts';
import { questionFor } from './question.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import { hostOf, isName, targetUrl } from './target.ts';
import { hear, makerOf, type Witness } from './testimony.ts';
import type { DnsHop, Failure, Hop, Resolution, Trace } from './trace.ts';

export type { Witness } from './testimony.ts';

/** How long the lab's browser waits, in milliseconds; real ones are more patient. */
interface Deadlines {
  /** For one DNS question; after it the question is sent again. */
  dnsTryMs: number;
  dnsTries: number;
  connectMs: number;
  /** For the TLS handshake. */
  handshakeMs: number;
  /** From the request to the end of its answer. */
  answerMs: number;
  /** For the report of one part, after the answer is there. */
  evidenceMs: number;
}

const defaults: Deadlines = {
  dnsTryMs: 1000,
  dnsTries: 2,
  connectMs: 3000,
  handshakeMs: 3000,
  answerMs: 5000,
  evidenceMs: 1000,
};

export interface BrowserDeps {
  book: Book;
  /** The name servers that this machine asks, in this order. */
  resolvers(): readonly NameServer[];
  /** Certificate (PEM) of the authority that is trusted; asked for before the first https:// request. */
  authority(): Promise<string>;
  /** Every part of the running stack that has evidence. */
  evidence(): readonly Witness[];
  deadlines?: Partial<Deadlines>;
  /** Milliseconds since 1970, for what expires: cached names and cookies. */
  now?(): number;
}

/** The lab's client. A failed request is a trace; a target that cannot be asked for throws StackError. */
export interface Browser {
  /**
   * One request over a connection of its own, so that each has its TCP hop. Redirects are not followed:
   * the learner sees the 303 and where it leads. Cookies are kept until `forget`.
   */
  request(target: string, options?: RequestOptions): Promise<Trace>;
  /** Asks the name servers past both caches, and without touching them. */
  resolve(name: string, type: string, signal?: AbortSignal): Promise<Resolution>;
  /** Empties both name caches and the cookie jar. */
  forget(): void;
}

export const createBrowser = (deps: BrowserDeps): Browser => {
  const { book, resolvers, now = Date.now } = deps;
  const { dnsTryMs, dnsTries, connectMs, handshakeMs, answerMs, evidenceMs } = {
    ...defaults,
    ...deps.deadlines,
  };
  const caches = { browser: createNameCache(now), system: createNameCache(now) };
  const cookies = createCookieJar(now);

  const askDns = (name: string, type: string, watch: Stopwatch, signal: AbortSignal | undefined) =>
    lookUp(resolvers(), name, type, { tryMs: dnsTryMs, tries: dnsTries, signal }, watch);

  const request = async (target: string, { form, signal }: RequestOptions = {}): Promise<Trace> => {
    signal?.throwIfAborted();
    const url = targetUrl(target);
    const question = questionFor(url, cookies.header(url), form);
    // Before the watch starts: it may take a moment, and no other browser has to wait for that.
    const encrypt = url.protocol === 'https:' ? await openTls(url) : undefined;
    const watch = startStopwatch();
    const hops: Hop[] = [];
    const trace = (rest: Pick<Trace, 'outcome'> & Partial<Trace>): Trace => ({
      method: question.method,
      url: url.href,
      via: viaOf(hops),
      durationMs: watch.now(),
      body: '',
      hops,
      ...rest,
    });
    const failed = (failure: Failure, message = '') => trace({ outcome: failure, failure, message });

    const found = await findAddresses(hostOf(url), caches, name => askDns(name, 'A', watch, signal), watch);
    hops.push(...found.hops);
    if (found.failure) return failed(found.failure, found.message);

    const port = Number(url.port || (encrypt ? 443 : 80));
    const connection = await firstConnection(found.addresses, hops, address =>
      openConnection(book, address, port, { connectMs, signal }, watch),
    );
    if (!connection?.socket) return failed(connection?.hop.failure ?? 'timeout', connection?.message);

    const { plan, hop } = connection;
    const peer = hop.address;
    const secured = await encrypt?.(connection.socket, { peer, signal }, watch);
    if (secured) hops.push(withAdded(secured.hop, secured.hop.roundTrips, hop.addedMs));
    if (secured && !secured.socket) return failed(secured.hop.failure ?? 'reset', secured.message);

    const socket = secured?.socket ?? connection.socket;
    const answer = await exchange(socket, question, { peer, answerMs, signal }, watch);
    hops.push(withAdded(answer.hop, answer.hop.waitMs === undefined ? 0 : 1, hop.addedMs));
    cookies.keep(url, answer.setCookies);
    const { status, body } = answer;
    if (status === undefined) return failed(answer.hop.failure ?? 'reset', answer.message);

    const durationMs = watch.now();
    const requestId = headerOf(answer.hop.headers, 'x-request-id');
    const appServer = /^app@(\S+)$/.exec(headerOf(answer.hop.headers, 'x-served-by') ?? '')?.[1];
    const about = { front: plan, appServer, entries: book.listeners(), evidenceMs, signal };
    if (requestId !== undefined) hops.push(...(await hear(deps.evidence(), { ...about, requestId })));
    const from = makerOf(about, hops);
    return trace({
      outcome: `${status} from ${from}`,
      status,
      from,
      via: viaOf(hops, plan.part, from),
      durationMs,
      body,
      ...(requestId === undefined ? {} : { requestId }),
    });
  };

  const openTls = async (url: URL) => {
    const [{ shakeHands }, authority] = await Promise.all([import('./handshake.ts'), deps.authority()]);
    return (
      socket: Socket,
      { peer, signal }: Pick<HandshakeOptions, 'peer' | 'signal'>,
      watch: Stopwatch,
    ): Promise<Handshake> =>
      shakeHands(socket, { host: hostOf(url), peer, authority, handshakeMs, signal }, watch);
  };

  const resolve = async (name: string, type: string, signal?: AbortSignal): Promise<Resolution> => {
    signal?.throwIfAborted();
    const [asked, record] = [name.trim().replace(/\.$/, ''), type.trim().toUpperCase()];
    if (!isName(asked)) throw new StackError(`"${name}" is no name that DNS can be asked for`);
    if (!(recordTypes as readonly string[]).includes(record))
      throw new StackError(`"${type}" is no record type known here; known are ${recordTypes.join(', ')}`);
    const { outcome, values, hops } = await askDns(asked, record, startStopwatch(), signal);
    return { name: asked, type: record, outcome, values, hop: hops.at(-1) as DnsHop, hops };
  };

  const forget = () => {
    caches.browser.clear();
    caches.system.clear();
    cookies.clear();
  };

  return { request, resolve, forget };
};

/** Tries the addresses in the order of the answer until one accepts, as browsers do. */
const firstConnection = async (
  addresses: readonly string[],
  hops: Hop[],
  open: (address: string) => Promise<Connection>,
): Promise<Connection | undefined> => {
  let connection: Connection | undefined;
  for (const address of addresses) {
    connection = await open(address);
    hops.push(connection.hop);
    if (connection.socket) break;
  }
  return connection;
};

/** With what the lab added to its round trips. */
const withAdded = <T extends Hop>(hop: T, roundTrips: number, addedMs = 0): T =>
  addedMs > 0 && roundTrips > 0 ? { ...hop, addedMs: roundTrips * addedMs } : hop;

/** The parts that certainly saw the request, in its order: they answered, or left evidence. */
const viaOf = (hops: readonly Hop[], ...answered: PartName[]): PartName[] => {
  const saw = new Set<string>(answered);
  for (const hop of hops) {
    if (hop.part !== 'dns' || hop.rcode !== undefined) saw.add(hop.part);
    if (hop.part === 'app' && hop.queries > 0) saw.add('db');
  }
  return partNames.filter(part => saw.has(part));
};

const headerOf = (headers: Record<string, string>, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
