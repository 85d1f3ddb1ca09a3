import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { lookUp, type NameServer } from '../../../src/stack/browser/lookup.ts';
import { startStopwatch } from '../../../src/stack/browser/stopwatch.ts';
import { until } from '../../until.ts';
import { nobody } from './lab.ts';

const cleanup: Socket[] = [];
afterEach(() => {
  for (const socket of cleanup.splice(0)) socket.close();
});

const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 };
type Said = keyof typeof rcodes | 'silence';

/** Says always the same; an address and, of what is missing, for how long that may be remembered. */
const server = async (host: string, said: Said): Promise<NameServer & { asked: number }> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  cleanup.push(socket);
  await once(socket, 'listening');
  const place = {
    story: { host, port: 53 },
    here: { host: '127.0.0.1', port: socket.address().port },
    asked: 0,
  };
  socket.on('message', (query, { port, address }) => {
    place.asked++;
    if (said === 'silence') return;
    const { id = 0, questions = [] } = decode(query);
    const answers: Answer[] =
      said === 'NOERROR' ? [{ type: 'A', name: 'www.foobar.com', ttl: 300, data: '8.8.8.8' }] : [];
    socket.send(encode({ type: 'response', id, flags: rcodes[said], questions, answers }), port, address);
  });
  return place;
};
const dead = async (host: string): Promise<NameServer> => ({
  story: { host, port: 53 },
  here: await nobody(),
});

const find = (servers: NameServer[], tryMs = 60_000, tries = 2) =>
  lookUp(servers, 'www.foobar.com', 'A', { tryMs, tries }, startStopwatch());
const told = ({ hops }: Awaited<ReturnType<typeof find>>) =>
  hops.map(({ server, rcode, failure }) => `${server} ${rcode ?? 'nothing'} ${failure ?? 'ok'}`);

const [first, second] = ['192.0.2.53', '198.51.100.53'];

describe('several name servers', () => {
  it('are asked in their order, and the next one only when it is needed', async () => {
    const [one, two] = [await server(first, 'NOERROR'), await server(second, 'NOERROR')];
    const found = await find([one, two]);
    expect([found.outcome, found.values, told(found)]).toEqual([
      'ok',
      ['8.8.8.8'],
      ['192.0.2.53:53 NOERROR ok'],
    ]);
    expect([one.asked, two.asked]).toEqual([1, 0]);
  });

  it('when one refuses the next one is asked at once', async () => {
    const found = await find([await dead(first), await server(second, 'NOERROR')]);
    expect([found.outcome, told(found)]).toEqual([
      'ok',
      ['192.0.2.53:53 nothing dns-unreachable', '198.51.100.53:53 NOERROR ok'],
    ]);
  });

  it.each(['SERVFAIL', 'REFUSED'] as const)('when one answers %s, too', async said => {
    const found = await find([await server(first, said), await server(second, 'NOERROR')]);
    expect([found.outcome, told(found)]).toEqual([
      'ok',
      [`192.0.2.53:53 ${said} dns-unreachable`, '198.51.100.53:53 NOERROR ok'],
    ]);
  });

  it('when one is silent the next one is asked after the time of one try, which the hop shows', async () => {
    // As many rounds as a busy machine needs until the second one has answered in time.
    const found = await find([await server(first, 'silence'), await server(second, 'NOERROR')], 50, 200);
    expect([found.outcome, told(found)[0], told(found).at(-1)]).toEqual([
      'ok',
      '192.0.2.53:53 nothing dns-unreachable',
      '198.51.100.53:53 NOERROR ok',
    ]);
    const [silent, next] = found.hops;
    expect(silent?.durationMs).toBeGreaterThanOrEqual(49);
    expect([next?.server, (next?.startMs ?? 0) >= 49]).toEqual(['198.51.100.53:53', true]);
  });

  it('that there is no such name is an answer', async () => {
    const two = await server(second, 'NOERROR');
    const found = await find([await server(first, 'NXDOMAIN'), two]);
    expect([found.outcome, two.asked]).toEqual(['nxdomain', 0]);
    expect(found.message).toBe('192.0.2.53 answered NXDOMAIN: there is no name www.foobar.com');
  });

  it('those that are silent have another turn, those that refused have none', async () => {
    const silent = await server(second, 'silence');
    const found = await find([await dead(first), silent], 500);
    await until(() => silent.asked === 2);
    expect([found.outcome, told(found)]).toEqual([
      'dns-unreachable',
      [
        '192.0.2.53:53 nothing dns-unreachable',
        '198.51.100.53:53 nothing dns-unreachable',
        '198.51.100.53:53 nothing dns-unreachable',
      ],
    ]);
    expect(found.message).toBe(
      'the operating system of 192.0.2.53 refused: no name server listens on udp port 53; no answer from the name server 198.51.100.53 within 1 s (asked 2 times; this lab gives up sooner than others do)',
    );
  });

  it('all that refuse are asked once', async () => {
    const found = await find([await dead(first), await dead(second)]);
    expect([found.outcome, found.hops.length]).toEqual(['dns-unreachable', 2]);
  });

  it('none at all is a failure with a reason', async () => {
    expect(await find([])).toEqual({
      outcome: 'dns-unreachable',
      values: [],
      ttl: 0,
      hops: [],
      message: 'this machine knows no name server',
    });
  });
});

it('one that is silent is asked again, and that is one hop', async () => {
  const silent = await server(first, 'silence');
  const found = await find([silent], 30, 3);
  await until(() => silent.asked === 3);
  expect(found.hops).toHaveLength(1);
  expect(found.hops[0]?.durationMs).toBeGreaterThanOrEqual(3 * 29);
});
