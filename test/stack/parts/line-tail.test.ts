import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineTail } from '../../../src/stack/parts/line-tail.ts';

describe('the tail of a log', () => {
  let dir: string;
  let file: string;
  let tail: LineTail;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tail-'));
    file = join(dir, 'trace.log');
    tail = new LineTail(file);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('gives each line once, as soon as it is whole', async () => {
    expect(await tail.read()).toEqual([]);
    writeFileSync(file, 'one\ntwo\nthr');
    expect(await tail.read()).toEqual(['one', 'two']);
    expect(await tail.read()).toEqual([]);
    appendFileSync(file, 'ee\n');
    expect(await tail.read()).toEqual(['three']);
  });

  it('starts anew where the log was emptied', async () => {
    writeFileSync(file, 'one\ntwo\n');
    await tail.read();
    truncateSync(file);
    appendFileSync(file, 'new\n');
    expect(await tail.read()).toEqual(['new']);
  });

  it('gives the newest lines only where very many were written meanwhile, each of them whole', async () => {
    writeFileSync(file, 'first\n');
    await tail.read();
    const lines = Array.from({ length: 700_000 }, (_, at) => `line ${at}`);
    appendFileSync(file, `${lines.join('\n')}\n`);
    const read = await tail.read();
    expect(read.length).toBeGreaterThan(100_000);
    expect(read.length).toBeLessThan(lines.length);
    expect(read[0]).toBe(lines[lines.length - read.length]);
    expect(read.at(-1)).toBe(lines.at(-1));
    appendFileSync(file, 'next\n');
    expect(await tail.read()).toEqual(['next']);
  });
});
