import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { decode, encode, type Packet, streamEncode, TRUNCATED_RESPONSE } from 'dns-packet';
import { afterEach, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import { askServer } from '../../../src/stack/browser/dns-client.ts';
import { freePorts, loopback } from '../../../src/stack/ports.ts';
import { nobody } from './lab.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanup.splice(0)) close();
});

const question = { name: 'www.foobar.com', type: 'A', class: 'IN' } as const;
const patient = { tryMs: 20_000, tries: 1 };

const answerTo = (query: Buffer, more: Packet = {}): Packet => ({
  type: 'response',
  id: decode(query).id,
  questions: [question],
  answers: [{ name: question.name, type: 'A', ttl: 1, data: '8.8.8.8' }],
  ...more,
});

/** A name server that does with each UDP message what it is told; `nth` counts from 1. */
const server = async (
  onQuery: (query: Buffer, reply: (answer: Buffer) => void, nth: number) => void,
): Promise<Endpoint> => {
  const [port = 0] = await freePorts(1);
  const socket = createSocket('udp4');
  cleanup.push(() => socket.close());
  let nth = 0;
  socket.on('message', (query: Buffer, from: RemoteInfo) =>
    onQuery(query, answer => socket.send(answer, from.port, from.address), ++nth),
  );
  socket.bind(port, loopback);
  await once(socket, 'listening');
  return { host: loopback, port };
};

const addressOf = ({ packet }: Awaited<ReturnType<typeof askServer>>) =>
  packet?.answers?.map(record => 'data' in record && record.data);

it('asks again when a message was lost', async () => {
  let asked = 0;
  const here = await server((query, reply, nth) => {
    asked = nth;
    if (nth === 3) reply(encode(answerTo(query)));
  });
  expect(addressOf(await askServer(here, question, { tryMs: 30, tries: 100 }))).toEqual(['8.8.8.8']);
  expect(asked).toBe(3);
});

it('gives up when nothing comes', async () => {
  let asked = 0;
  const here = await server((_query, _reply, nth) => {
    asked = nth;
  });
  expect(await askServer(here, question, { tryMs: 40, tries: 3 })).toEqual({
    transport: 'udp',
    silence: 'timeout',
  });
  expect(asked).toBe(3);
});

it('sees at once that nothing listens', async () => {
  expect(await askServer(await nobody(), question, patient)).toEqual({
    transport: 'udp',
    silence: 'refused',
  });
});

it('takes only the answer to its own question', async () => {
  const here = await server((query, reply) => {
    const id = decode(query).id ?? 0;
    const false_ = [{ name: question.name, type: 'A' as const, ttl: 1, data: '192.0.2.66' }];
    reply(Buffer.from('nonsense'));
    reply(query);
    reply(encode(answerTo(query, { id: id ^ 1, answers: false_ })));
    reply(encode(answerTo(query, { questions: [{ ...question, name: 'evil.example' }], answers: false_ })));
    reply(encode(answerTo(query)));
  });
  expect(addressOf(await askServer(here, question, patient))).toEqual(['8.8.8.8']);
});

it('asks over TCP when the answer was cut, and reads it in pieces', async () => {
  const here = await server((query, reply) =>
    reply(encode(answerTo(query, { flags: TRUNCATED_RESPONSE, answers: [] }))),
  );
  const tcp = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', (query: Buffer) => {
      const bytes = streamEncode(answerTo(query.subarray(2)));
      socket.write(bytes.subarray(0, 5), () => setImmediate(() => socket.end(bytes.subarray(5))));
    });
  });
  cleanup.push(() => tcp.close());
  tcp.listen(here.port, here.host);
  await once(tcp, 'listening');
  const exchange = await askServer(here, question, patient);
  expect(exchange.transport).toBe('tcp');
  expect(addressOf(exchange)).toEqual(['8.8.8.8']);
});

it('says that TCP was refused when only UDP answers', async () => {
  const here = await server((query, reply) => reply(encode(answerTo(query, { flags: TRUNCATED_RESPONSE }))));
  expect(await askServer(here, question, patient)).toEqual({ transport: 'tcp', silence: 'refused' });
});

it('ends when it is cancelled', async () => {
  const abort = new AbortController();
  const here = await server(() => abort.abort(new Error('enough')));
  await expect(askServer(here, question, { ...patient, signal: abort.signal })).rejects.toThrow('enough');
});
