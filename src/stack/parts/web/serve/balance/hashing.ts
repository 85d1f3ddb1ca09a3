/** Hashing as nginx does it, so that both engines choose the same server. */
import { isIP } from 'node:net';
import { crc32 } from 'node:zlib';
import { byShare, type Candidates, totalWeight } from './choose.ts';
import type { State } from './state.ts';

/** Gives a server for each try of one request; `undefined`: this try has none. */
export type Draw = () => State | undefined;

/** Three bytes of an IPv4 address, so that a network stays with one server; all of an IPv6 one. */
const addressBytes = (address: string): number[] => {
  if (isIP(address) === 4) return address.split('.', 3).map(Number);
  if (isIP(address) !== 6) return [0, 0, 0];
  const [head = '', tail] = address.replace(/%.*/, '').split('::');
  const groups = (text = ''): number[] =>
    text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<number>(zeros).fill(0), ...after].flatMap(group => [group >> 8, group & 255]);
};

/** `ip_hash` */
export const byAddress = (states: Candidates, address: string): Draw => {
  const bytes = addressBytes(address);
  let hash = 89;
  return () => {
    for (const byte of bytes) hash = (hash * 113 + byte) % 6271;
    return byShare(states, hash % totalWeight(states));
  };
};

/** `hash KEY`: compatible with Cache::Memcached. */
export const byKey = (states: Candidates, key: string): Draw => {
  let hash = 0;
  let again = 0;
  return () => {
    hash += (crc32(`${again === 0 ? '' : again}${key}`) >>> 16) & 0x7fff;
    again++;
    return byShare(states, hash % totalWeight(states));
  };
};

/** A point of the circle, and the server to which the stretch before it belongs. */
export interface Point {
  hash: number;
  written: string;
}

/** So many for each unit of weight. */
const pointsPerWeight = 160;

/** `hash KEY consistent`: compatible with Cache::Memcached::Fast, known as ketama. */
export const circleOf = (states: Candidates): Point[] => {
  const points = states.flatMap(({ peer: { written, weight } }) => {
    const [, host = written, port = ''] =
      /^unix:(.*)$/is.exec(written) ?? /^(.*):(\d*)$/s.exec(written) ?? [];
    const base = crc32(`${host}\0${port}`);
    const previous = Buffer.alloc(4);
    return Array.from({ length: weight * pointsPerWeight }, (): Point => {
      const hash = crc32(previous, base);
      previous.writeUInt32LE(hash);
      return { hash, written };
    });
  });
  points.sort((a, b) => a.hash - b.hash);
  return points.filter(({ hash }, i) => i === 0 || hash !== points[i - 1]?.hash);
};

/** Index of the point behind which the key falls; past the last one the first follows. */
export const placeOn = (circle: readonly Point[], key: string): number => {
  const hash = crc32(key);
  let [from, to] = [0, circle.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (hash > (circle[middle] as Point).hash) from = middle + 1;
    else to = middle;
  }
  return from;
};
