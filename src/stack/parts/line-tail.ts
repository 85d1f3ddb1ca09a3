import { open } from 'node:fs/promises';

/** Under load more is written than anybody asks for: whoever looks later than this finds the newest lines only. */
const longestBytes = 4 << 20;

/**
 * Reads the lines that were appended to a file since the last look; a missing file has none, a truncated one
 * starts anew.
 */
export class LineTail {
  readonly file: string;
  #position = 0;

  constructor(file: string) {
    this.file = file;
  }

  async read(): Promise<string[]> {
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(this.file, 'r');
    } catch {
      return [];
    }
    try {
      const { size } = await handle.stat();
      if (size < this.#position) this.#position = 0;
      if (size === this.#position) return [];
      const skipped = size - this.#position > longestBytes;
      if (skipped) this.#position = size - longestBytes;
      const buffer = Buffer.alloc(size - this.#position);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#position);
      // A line still being written stays for the next look.
      const end = buffer.lastIndexOf(0x0a, bytesRead - 1);
      if (end < 0) return [];
      this.#position += end + 1;
      // Where lines were skipped, the first one has lost its beginning.
      const start = skipped ? buffer.indexOf(0x0a) + 1 : 0;
      return start > end ? [] : buffer.toString('utf8', start, end).split('\n');
    } finally {
      await handle.close();
    }
  }
}
