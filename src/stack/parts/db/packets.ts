/**
 * Packets of the MySQL client/server protocol: 3 bytes of payload length, 1 byte of sequence id, payload.
 *
 * Written by hand because mysql2.createServer was measured and rejected: it never resets the sequence id per
 * command, sends one small segment per packet (44 ms a query), and cannot answer prepared statements.
 */

import { MysqlError } from './errors.ts';
import { maxPayload } from './protocol.ts';

const malformed = () => new MysqlError(1835, 'Malformed communication packet.');

/** Reads one payload front to back; every step beyond its end is error 1835. */
export class PacketReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(length: number): number {
    if (length < 0 || length > this.left) throw malformed();
    const at = this.#at;
    this.#at += length;
    return at;
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Unsigned little-endian integer of 1 to 6 bytes. */
  uint(length: number): number {
    return this.#bytes.readUIntLE(this.#take(length), length);
  }

  int(length: number): number {
    return this.#bytes.readIntLE(this.#take(length), length);
  }

  bigInt64(): bigint {
    return this.#bytes.readBigInt64LE(this.#take(8));
  }

  bigUint64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#take(4));
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  /** A view on the packet, not a copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }

  nulTerminated(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw malformed();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  /** Length-encoded integer; lengths above 2^53 cannot be meant. */
  lenenc(): number {
    const first = this.uint(1);
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.uint(2);
    if (first === 0xfd) return this.uint(3);
    if (first !== 0xfe) throw malformed();
    const value = this.bigUint64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed();
    return Number(value);
  }

  lenencBytes(): Buffer {
    return this.bytes(this.lenenc());
  }
}

/** Collects the packets of one reply, to be sent in one write. */
export class PacketWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;
  #start = 0;
  #sequence: number;

  constructor(sequence: number) {
    this.#sequence = sequence;
    this.#open();
  }

  get sequence(): number {
    return this.#sequence & 0xff;
  }

  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    return at;
  }

  #open(): void {
    this.#start = this.#room(4);
  }

  /** Ends the packet that is being written. Throws 1153 when it is too long for one packet. */
  end(): this {
    const length = this.#length - this.#start - 4;
    if (length >= maxPayload)
      throw new MysqlError(1153, "Got a packet bigger than 'max_allowed_packet' bytes");
    this.#bytes.writeUIntLE(length, this.#start, 3);
    this.#bytes[this.#start + 3] = this.sequence;
    this.#sequence++;
    this.#open();
    return this;
  }

  /** The end of what is finished, to come back to with `restore`. */
  checkpoint(): { start: number; sequence: number } {
    return { start: this.#start, sequence: this.#sequence };
  }

  /** Drops everything that was written since. */
  restore({ start, sequence }: { start: number; sequence: number }): void {
    this.#length = start;
    this.#sequence = sequence;
    this.#open();
  }

  /** The finished packets. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#start);
  }

  /** Length of what is finished. */
  get size(): number {
    return this.#start;
  }

  /** The finished packets, which are no part of the reply any more. */
  take(): Buffer {
    const taken = this.finish();
    this.#bytes = Buffer.allocUnsafe(1024);
    this.#length = 0;
    this.#open();
    return taken;
  }

  uint(value: number, length: number): this {
    const at = this.#room(length);
    this.#bytes.writeUIntLE(value, at, length);
    return this;
  }

  int(value: number, length: number): this {
    const at = this.#room(length);
    this.#bytes.writeIntLE(value, at, length);
    return this;
  }

  bigInt64(value: bigint): this {
    const at = this.#room(8);
    this.#bytes.writeBigInt64LE(BigInt.asIntN(64, value), at);
    return this;
  }

  double(value: number): this {
    const at = this.#room(8);
    this.#bytes.writeDoubleLE(value, at);
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  zeros(length: number): this {
    const at = this.#room(length);
    this.#bytes.fill(0, at, at + length);
    return this;
  }

  text(value: string): this {
    const length = Buffer.byteLength(value);
    const at = this.#room(length);
    this.#bytes.write(value, at, length);
    return this;
  }

  nulTerminated(value: string): this {
    return this.text(value).uint(0, 1);
  }

  lenenc(value: number): this {
    if (value < 0xfb) return this.uint(value, 1);
    if (value <= 0xffff) return this.uint(0xfc, 1).uint(value, 2);
    if (value <= 0xffffff) return this.uint(0xfd, 1).uint(value, 3);
    return this.uint(0xfe, 1).bigInt64(BigInt(value));
  }

  lenencText(value: string): this {
    const length = Buffer.byteLength(value);
    this.lenenc(length);
    const at = this.#room(length);
    this.#bytes.write(value, at, length);
    return this;
  }

  lenencBytes(value: Uint8Array): this {
    return this.lenenc(value.length).bytes(value);
  }

  /** Sets a bit in bytes written before, counted from `at`, a position taken with `mark`. */
  setBit(at: number, bit: number): void {
    const index = this.#start + at + (bit >> 3);
    this.#bytes[index] = (this.#bytes[index] ?? 0) | (1 << (bit & 7));
  }

  /** Position inside the packet that is being written. */
  mark(): number {
    return this.#length - this.#start;
  }
}
