import { open } from 'node:fs/promises';

/** Reads the lines that were appended to a file since the last look; a missing file has none, a truncated one starts anew. */
export class LineTail {
  #position = 0;
  #rest = '';

  constructor(readonly file: string) {}

  async read(): Promise<string[]> {
    let handle: Awaited<ReturnType<typeof open>>;
    try {
      handle = await open(this.file, 'r');
    } catch {
      return [];
    }
    try {
      const { size } = await handle.stat();
      if (size < this.#position) {
        this.#position = 0;
        this.#rest = '';
      }
      if (size === this.#position) return [];
      const buffer = Buffer.alloc(size - this.#position);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#position);
      this.#position += bytesRead;
      const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      this.#rest = lines.pop() ?? '';
      return lines;
    } finally {
      await handle.close();
    }
  }
}
