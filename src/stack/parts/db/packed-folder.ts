/**
 * A folder in two files: what stands in it, and the bytes that are not zero. Three quarters of a new data directory
 * are zeros, and copying those takes most of the time of a copy; here they become holes.
 */

import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

interface Packed {
  folders: string[];
  files: PackedFile[];
  /** Of all that is not zero. */
  bytes: number;
}

interface PackedFile {
  path: string;
  size: number;
  /** Offset and length of what is not zero, in the order in which it was packed. */
  extents: [offset: number, length: number][];
}

const blockBytes = 4096;
const zeros = Buffer.alloc(blockBytes);

const isZero = (block: Buffer): boolean => block.equals(zeros.subarray(0, block.length));

const extentsOf = (content: Buffer): PackedFile['extents'] => {
  const extents: PackedFile['extents'] = [];
  for (let at = 0; at < content.length; at += blockBytes) {
    const block = content.subarray(at, at + blockBytes);
    if (isZero(block)) continue;
    const last = extents.at(-1);
    if (last && last[0] + last[1] === at) last[1] += block.length;
    else extents.push([at, block.length]);
  }
  return extents;
};

const indexFile = (packed: string): string => join(packed, 'index.json');
const bytesFile = (packed: string): string => join(packed, 'bytes');

/** Packs the folder into another, which must be there. */
export const pack = (folder: string, packed: string): void => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const isFolder = (path: string): boolean => statSync(join(folder, path)).isDirectory();
  const files: PackedFile[] = [];
  const chunks: Buffer[] = [];
  for (const path of paths.filter(name => !isFolder(name))) {
    const content = readFileSync(join(folder, path));
    const extents = extentsOf(content);
    files.push({ path, size: content.length, extents });
    chunks.push(...extents.map(([offset, length]) => content.subarray(offset, offset + length)));
  }
  const bytes = Buffer.concat(chunks);
  const index: Packed = { folders: paths.filter(isFolder), files, bytes: bytes.length };
  writeFileSync(bytesFile(packed), bytes);
  writeFileSync(indexFile(packed), JSON.stringify(index));
};

/** Makes the folder from what `pack` has written. Throws when that is not whole. */
export const unpack = (packed: string, folder: string): void => {
  const index = JSON.parse(readFileSync(indexFile(packed), 'utf8')) as Packed;
  const bytes = readFileSync(bytesFile(packed));
  if (bytes.length !== index.bytes) throw new Error(`${packed} is not whole`);
  mkdirSync(folder, { mode: 0o700 });
  for (const path of index.folders) mkdirSync(join(folder, path), { mode: 0o700 });
  let from = 0;
  for (const { path, size, extents } of index.files) {
    const file = openSync(join(folder, path), 'wx', 0o600);
    try {
      for (const [offset, length] of extents) {
        writeSync(file, bytes, from, length, offset);
        from += length;
      }
      ftruncateSync(file, size);
    } finally {
      closeSync(file);
    }
  }
};
