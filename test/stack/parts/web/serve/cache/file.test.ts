import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  fileOf,
  type Meta,
  openDraft,
  readTop,
} from '../../../../../../src/stack/parts/web/serve/cache/file.ts';
import { type Head, parseHead } from '../../../../../../src/stack/parts/web/serve/upstream/head.ts';

const meta: Meta = { valid: 1, whileUpdating: 0, ifError: 0, vary: '', variant: '' };
const head = parseHead('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Latin: \xe4') as Head;

const inFolder = async (use: (dir: string) => Promise<void> | void) => {
  const dir = await mkdtemp(join(tmpdir(), 'cache-'));
  try {
    await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

it('lies where nginx would put it', () => {
  const name = 'b7f54b2df7773722d382f4809d65029c';
  expect(fileOf('/c', [1, 2], name)).toBe(join('/c', 'c', '29', name));
  expect(fileOf('/c', [], name)).toBe(join('/c', name));
});

it('is read as it was written, whatever the key', () =>
  inFolder(dir =>
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary' }), (key, body) => {
        const file = join(dir, 'a', 'file');
        const draft = openDraft(file, key, meta, head);
        draft.write(Buffer.from(body));
        draft.commit();
        expect(readTop(file, key)).toMatchObject({ meta, head: { raw: head.raw, status: 200 } });
        expect(readTop(file, `${key}x`)).toBeUndefined();
      }),
      { numRuns: 50 },
    ),
  ));

it('is seen only when it is whole', () =>
  inFolder(async dir => {
    const draft = openDraft(join(dir, 'file'), 'key', meta, head);
    draft.write('half');
    expect(await readdir(dir)).not.toContain('file');
    draft.abort();
    expect(await readdir(dir)).toEqual([]);
  }));

it('is not believed when it is something else', () =>
  inFolder(async dir => {
    const file = join(dir, 'file');
    for (const text of [
      '',
      'x',
      '{}\nKEY: key\n',
      '{}\nKEY: key\nnonsense\r\n\r\n',
      '{\nKEY: key\nHTTP/1.1 200 OK\r\n\r\n',
    ]) {
      await writeFile(file, text);
      expect(readTop(file, 'key')).toBeUndefined();
    }
  }));

it('says when it cannot be written', () => {
  const draft = openDraft('/dev/null/file', 'key', meta, head);
  draft.write('x');
  expect(() => draft.commit()).toThrow(/ENOTDIR|EEXIST|ENOENT/);
});

it.skipIf(process.platform === 'win32')('is not there when only a part of it could be written', () =>
  inFolder(async dir => {
    const module = import.meta.resolve('../../../../../../src/stack/parts/web/serve/cache/file.ts');
    const script = `import { openDraft } from ${JSON.stringify(module)};
      const draft = openDraft(process.argv[1], 'key', ${JSON.stringify(meta)}, ${JSON.stringify(head)});
      draft.write(Buffer.alloc(100_000));
      try { draft.commit(); } catch { process.exit(7); }`;
    // As on a full disk, the first write that does not fit writes less than it was given (setrlimit(2), RLIMIT_FSIZE).
    const { status, stderr } = spawnSync(
      'sh',
      [
        '-c',
        'ulimit -f 20; exec "$0" --input-type=module -e "$1" "$2"',
        process.execPath,
        script,
        join(dir, 'file'),
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
    expect(await readdir(dir)).toEqual([]);
  }),
);
