import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pack, unpack } from '../../../../src/stack/parts/db/packed-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'packed-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const contentOf = (folder: string): [string, string | undefined][] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map(path => [
      path,
      statSync(join(folder, path)).isFile() ? readFileSync(join(folder, path), 'base64') : undefined,
    ]);

let round = 0;
const throughPack = (files: Record<string, Buffer>): { before: unknown; after: unknown; packed: number } => {
  const [folder, packed, copy] = ['folder', 'packed', 'copy'].map(name => join(root, `${name}-${round}`)) as [
    string,
    string,
    string,
  ];
  round++;
  for (const path of [folder, packed, join(folder, 'empty'), join(folder, 'in')]) mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  pack(folder, packed);
  unpack(packed, copy);
  return { before: contentOf(folder), after: contentOf(copy), packed: statSync(join(packed, 'bytes')).size };
};

it('gives every file back, whatever its bytes are', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 5000 }).map(bytes => Buffer.from(bytes)),
    fc.nat(20_000).map(length => Buffer.alloc(length)),
  );
  const content = fc.array(piece, { maxLength: 5 }).map(pieces => Buffer.concat(pieces));
  fc.assert(
    fc.property(content, content, (one, other) => {
      const { before, after } = throughPack({ a: one, 'in/b': other });
      expect(after).toEqual(before);
    }),
    { numRuns: 50 },
  );
});

it('keeps no blocks of zeros', () => {
  const file = Buffer.alloc(1_000_000);
  file.write('start');
  file.write('end', file.length - 3);
  const { before, after, packed } = throughPack({
    file,
    zeros: Buffer.alloc(500_000),
    none: Buffer.alloc(0),
  });
  expect(after).toEqual(before);
  expect(packed).toBeLessThan(10_000);
});

it('is for the eyes of its owner only', () => {
  const folder = join(root, 'folder');
  mkdirSync(join(folder, 'in'), { recursive: true });
  writeFileSync(join(folder, 'in/file'), 'x');
  chmodSync(join(folder, 'in/file'), 0o644);
  pack(folder, root);
  unpack(root, join(root, 'copy'));
  const modes = ['copy', 'copy/in', 'copy/in/file'].map(path => statSync(join(root, path)).mode & 0o777);
  expect(modes).toEqual([0o700, 0o700, 0o600]);
});
