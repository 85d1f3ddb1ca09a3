import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../address-book.ts';
import { lookUp } from '../browser/lookup.ts';
import { createNameCache } from '../browser/name-cache.ts';
import { startStopwatch } from '../browser/stopwatch.ts';
import type { Failure } from '../browser/trace.ts';
import { knock } from '../links/knock.ts';
import { siteHost } from '../topology.ts';
import type { LoadOrder } from './order.ts';
import { failureOfError, type Outcome, type OwnFailure } from './outcome.ts';
import type { Surroundings, TrafficDoor } from './protocol.ts';

/** How long a visitor waits, in milliseconds: as long as the lab's browser. */
interface Patience {
  dnsTryMs: number;
  dnsTries: number;
  connectMs: number;
  answerMs: number;
}

const usual: Patience = { dnsTryMs: 1000, dnsTries: 2, connectMs: 3000, answerMs: 5000 };

/** No connection, and why. */
class Unreached extends Error {
  readonly failure: Failure | OwnFailure;

  constructor(failure: Failure | OwnFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** One visit: the name by the lab's DNS, the address by the doors, one page. Never rejects. */
export type Visit = () => Promise<Outcome>;

const sitePort = 80;

/** Visitors of one load; what surrounds them may change while they come. */
export const createVisitors = (
  { path, visitors = 'fresh' }: LoadOrder,
  surroundings: () => Surroundings,
  patience: Patience = usual,
): Visit => {
  const returning = visitors === 'returning';
  const names = createNameCache(Date.now);
  const partOf = new WeakMap<Socket, string>();

  const addresses = async (): Promise<readonly string[]> => {
    const known = returning ? names.look(siteHost) : undefined;
    if (known) return known.addresses;
    const { outcome, values, ttl } = await lookUp(
      surroundings().resolvers,
      siteHost,
      'A',
      { tryMs: patience.dnsTryMs, tries: patience.dnsTries },
      startStopwatch(),
    );
    if (outcome !== 'ok') throw new Unreached(outcome);
    if (returning) names.keep(siteHost, { addresses: values }, ttl);
    return values;
  };

  /** By the addresses in the order of the answer until one accepts, as browsers do. */
  const reach = async (): Promise<Socket> => {
    let failure: Failure | OwnFailure = 'nodata';
    for (const host of await addresses()) {
      const { doors } = surroundings();
      const door = doors.find(({ address }) => address.host === host && address.port === sitePort);
      const reached = door
        ? await dial(door, patience.connectMs)
        : absence(
            host,
            doors.map(({ address }) => address.host),
          );
      if (typeof reached !== 'string') {
        partOf.set(reached, door?.part ?? '');
        return reached;
      }
      failure = reached;
    }
    throw new Unreached(failure);
  };

  const agent = (keepAlive: boolean): Agent => {
    const made = new Agent({ keepAlive, maxFreeSockets: Number.POSITIVE_INFINITY });
    made.createConnection = (_options, callback) => {
      reach().then(
        socket => callback?.(null, socket),
        // The type knows no error without a connection.
        (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
      );
      return undefined;
    };
    return made;
  };
  const own = agent(false);
  const kept = returning ? agent(true) : own;

  const ask = (by: Agent): Promise<Outcome> =>
    new Promise(resolve => {
      let timer: NodeJS.Timeout | undefined;
      let response: IncomingMessage | undefined;
      const settle = (outcome: Outcome | Promise<Outcome>): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      const asked = request({ agent: by, host: siteHost, path, headers });
      asked.on('socket', () => {
        timer = setTimeout(() => {
          settle({ failure: 'timeout' });
          asked.destroy();
        }, patience.answerMs);
      });
      asked.on('error', error => {
        if (error instanceof Unreached) return settle({ failure: error.failure });
        // The server may close a kept connection just when the next question is on its way: browsers ask again.
        if (asked.reusedSocket && !response) return settle(ask(own));
        settle({ failure: 'reset' });
      });
      asked.on('response', incoming => {
        response = incoming;
        const { statusCode: status = 0, headers, socket } = incoming;
        const from = /^app@/.test(String(headers['x-served-by'] ?? '')) ? 'app' : partOf.get(socket);
        const version = headers['x-version'];
        incoming.on('end', () =>
          settle({ status, from: from ?? '', ...(typeof version === 'string' && { version }) }),
        );
        incoming.on('error', () => settle({ failure: 'reset' }));
        incoming.resume();
      });
      asked.end();
    });

  return () => ask(kept);
};

const headers = {
  Host: siteHost,
  'User-Agent': 'web-stack-tutor-load',
  Accept: 'text/html,*/*',
  'Accept-Encoding': 'gzip',
};

/** What comes of an address at which nobody listens; as for the lab's browser, nothing is sent there. */
const absence = (host: string, machines: readonly string[]): Failure =>
  host.startsWith('127.') || machines.includes(host) ? 'refused' : 'timeout';

/** One that is far away stands when its other end says so. */
const dial = async (
  { here, addedMs }: TrafficDoor,
  connectMs: number,
): Promise<Socket | Failure | OwnFailure> => {
  const socket = await connected(here, connectMs);
  if (typeof socket === 'string' || addedMs === undefined) return socket;
  const result = await knock(socket, connectMs);
  if (result === 'open') return socket;
  socket.destroy();
  return result;
};

const connected = ({ host, port }: Endpoint, connectMs: number): Promise<Socket | Failure | OwnFailure> =>
  new Promise(resolve => {
    const socket = connect({ host, port, noDelay: true });
    const fail = (failure: Failure | OwnFailure): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failure);
    };
    const timer = setTimeout(() => fail('timeout'), connectMs);
    // Stays: nobody else may listen yet when a connection that stands is reset.
    socket.on('error', (error: NodeJS.ErrnoException) => fail(failureOfError(error.code)));
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
