/** The source's side: sends the log to a replica, line after line as they are written. */

import { read as readFd } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Channel } from '../channel.ts';
import { MysqlError } from '../errors.ts';
import { PacketReader, PacketWriter } from '../packets.ts';
import type { Account, Server } from '../server.ts';
import { lineStart } from './entry.ts';
import type { Journal } from './journal.ts';

const readAt = promisify(readFd);

/** First byte of each packet. An OK packet begins with 0, an error with 0xff. */
export const packetKind = { lines: 1, heartbeat: 2 } as const;
const heartbeatMs = 1000;
const chunkBytes = 256 * 1024;

const fatal = (why: string): MysqlError =>
  new MysqlError(1236, `Got fatal error 1236 from master when reading data from binary log: '${why}'`);

async function* chunks(journal: Journal, from: number): AsyncGenerator<Buffer> {
  for (let at = from; at < journal.end; ) {
    const length = Math.min(chunkBytes, journal.end - at);
    const { bytesRead, buffer } = await readAt(journal.fd, Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) throw fatal('the log is shorter than it was');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Where the transaction after this one begins. Throws 1236 when this one is not in the log. */
const offsetBehind = async (journal: Journal, position: string): Promise<number> => {
  if (position === '') return 0;
  const wanted = Buffer.from(lineStart(position));
  let lineAt = 0;
  let begun = Buffer.alloc(0);
  for await (const chunk of chunks(journal, 0)) {
    const bytes = begun.length > 0 ? Buffer.concat([begun, chunk]) : chunk;
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const next = lineAt + (end + 1 - from);
      if (bytes.subarray(from, from + wanted.length).equals(wanted)) return next;
      lineAt = next;
      from = end + 1;
    }
    begun = Buffer.from(bytes.subarray(from));
  }
  throw fatal(
    `Error: connecting slave requested to start from GTID ${position}, which is not in the master's binlog`,
  );
};

/** Serves one replica for as long as it is there. The command carries its position. Throws 1227 and 1236. */
export const dump = async (
  server: Server,
  channel: Channel,
  { account, connection }: { account: Account; connection: number },
  payload: Buffer,
): Promise<void> => {
  const { journal } = server;
  if (!account.replication && !account.admin)
    throw new MysqlError(
      1227,
      'Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s) for this operation',
    );
  if (!journal) throw fatal('Binary log is not open');
  let at = await offsetBehind(journal, new PacketReader(payload).rest().toString('utf8'));
  let sequence = 1;
  const send = (kind: number, bytes: Uint8Array): Promise<void> => {
    const out = new PacketWriter(sequence++).uint(kind, 1).bytes(bytes).end();
    return channel.send(out.finish());
  };
  const greet = (): Promise<void> => send(packetKind.heartbeat, Buffer.from(String(journal.server)));
  const process = server.processes.get(connection);
  if (process)
    server.processes.set(connection, {
      ...process,
      describe: () => ({
        ...process.describe(),
        command: 'Binlog Dump',
        state: 'Master has sent all binlog to slave; waiting for more updates',
      }),
    });
  let wake = (): void => {};
  const stop = journal.follow(() => wake());
  try {
    await greet();
    while (!channel.closed) {
      for await (const chunk of chunks(journal, at)) {
        await send(packetKind.lines, chunk);
        at += chunk.length;
        if (channel.closed) return;
      }
      if (at < journal.end) continue;
      const changed = new Promise<void>(resolve => {
        wake = resolve;
      });
      const timer = new AbortController();
      const silence = delay(heartbeatMs, 'silence', { signal: timer.signal }).catch(() => undefined);
      if ((await Promise.race([changed, silence])) === 'silence') await greet();
      timer.abort();
    }
  } finally {
    stop();
  }
};
