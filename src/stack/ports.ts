import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

export const loopback = '127.0.0.1';

// Drawn below the range from which Linux and macOS take the ports of outgoing connections (from 32768 and
// 49152): a part that was stopped must find its port free when it is started again.
const lowest = 20_000;
const highest = 32_000;

/** Ports that are free on the loopback address at this moment, over TCP and UDP, all different and none of `taken`. */
export const freePorts = async (count: number, taken: readonly number[] = []): Promise<number[]> => {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 200) throw new Error(`no free ports between ${lowest} and ${highest} on ${loopback}`);
    const drawn = new Set(Array.from({ length: count - found.size }, draw));
    const free = await Promise.all([...drawn].map(isFree));
    for (const [index, port] of [...drawn].entries())
      if (free[index] && !taken.includes(port)) found.add(port);
  }
  return [...found];
};

const draw = (): number => lowest + Math.floor(Math.random() * (highest - lowest));

const isFree = async (port: number): Promise<boolean> => (await tcpIsFree(port)) && (await udpIsFree(port));

const tcpIsFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, loopback, () => server.close(() => resolve(true)));
  });

const udpIsFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, loopback, () => socket.close(() => resolve(true)));
  });
