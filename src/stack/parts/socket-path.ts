import { dirname, join } from 'node:path';
import type { PartName } from '../topology.ts';
import type { Placement } from './part.ts';

/** Bytes that fit into the address of a UNIX socket, without the zero at its end: unix(7), and unix(4) of macOS. */
const longest = process.platform === 'linux' ? 107 : 103;

/** Where a part of the same server listens besides its port; none where the path would be too long. */
export const socketPath = ({ dir }: Pick<Placement, 'dir'>, part: PartName): string | undefined => {
  const path = join(dirname(dir), part, `${part}.sock`);
  return process.platform !== 'win32' && Buffer.byteLength(path) <= longest ? path : undefined;
};
