/**
 * The porter: a process inside the private internet that listens at the addresses of the story and hands every
 * connection over to the tutor, which stays outside. It holds the capabilities of the namespaces, sets them up, and
 * takes everything inside along when it ends, because it ends with the shell that is process 1 there.
 * Speaks `porter-protocol.ts` over Node's IPC channel.
 */
import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import {
  doorKey,
  type InsideDoor,
  type PorterReport,
  type PorterRequest,
  type SetUp,
} from './porter-protocol.ts';
import { addAddress, setUpInside } from './set-up.ts';

interface OpenDoor {
  answer(data: Uint8Array, port: number, host: string): void;
  close(): void;
}

const open = new Map<string, OpenDoor>();
const addresses = new Set<string>();
let setUp: SetUp | undefined;

const report = (message: PorterReport, visitor?: Socket): void => {
  if (process.connected) process.send?.(message, visitor, {}, () => {});
};

const openTcp = ({ host, port }: InsideDoor, door: string): Promise<OpenDoor> => {
  // Whoever takes it over must find every byte still unread.
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, visitor => {
    visitor.on('error', () => {});
    report({ type: 'visitor', door }, visitor);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.on('error', () => {});
      resolve({ answer: () => {}, close: () => server.close() });
    });
  });
};

const openUdp = ({ host, port }: InsideDoor, door: string): Promise<OpenDoor> => {
  const socket = createSocket('udp4', (data, from) =>
    report({ type: 'datagram', door, from: { host: from.address, port: from.port }, data }),
  );
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.on('error', () => {});
      resolve({
        answer: (data, toPort, toHost) => socket.send(data, toPort, toHost, () => {}),
        close: () => socket.close(),
      });
    });
  });
};

const openDoor = async (door: InsideDoor): Promise<void> => {
  const { host, transport } = door;
  if (!host.startsWith('127.') && !addresses.has(host)) {
    addresses.add(host);
    await addAddress(setUp?.programs.ip ?? 'ip', host);
  }
  const key = doorKey(door);
  open.set(key, await (transport === 'tcp' ? openTcp : openUdp)(door, key));
};

const closeOthers = (doors: readonly InsideDoor[]): void => {
  const wanted = new Set(doors.map(doorKey));
  for (const [key, door] of open) {
    if (wanted.has(key)) continue;
    door.close();
    open.delete(key);
  }
};

const obey = async (request: PorterRequest): Promise<void> => {
  switch (request.type) {
    case 'set-up':
      setUp = request.setUp;
      await setUpInside(setUp);
      for (const door of setUp.doors) await openDoor(door);
      return report({ type: 'ready' });
    case 'doors':
      closeOthers(request.doors);
      // One that cannot be opened is the learner's own doing: a server of theirs listens there.
      for (const door of request.doors) if (!open.has(doorKey(door))) await openDoor(door).catch(() => {});
      return;
    case 'answer':
      return open.get(request.door)?.answer(request.data, request.to.port, request.to.host);
  }
};

// One after the other: a door must not be closed while it is still being opened.
let last = Promise.resolve();
process.on('message', (request: PorterRequest) => {
  last = last
    .then(() => obey(request))
    .catch((error: Error) => report({ type: 'failed', message: error.message }));
});
process.on('disconnect', () => process.exit());
if (!process.connected) process.exit();
