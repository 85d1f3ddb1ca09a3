/** Signatures of DNS messages with a key that both sides know (TSIG, RFC 8945), by HMAC-SHA256. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { decode } from 'dns-packet';

export interface TransferKey {
  name: string;
  /** Base64, as dig's `-y hmac-sha256:NAME:SECRET` takes it. */
  secret: string;
}

interface Signed {
  bytes: Buffer;
  /** What the signature of the answer, or of the next message of several, builds on. */
  mac: Buffer;
}

/** What goes before in the same conversation; of a second or later message of one answer only the time is signed. */
interface Before {
  mac?: Buffer;
  later?: boolean;
}

const algorithm = 'hmac-sha256';
const [typeTsig, classAny] = [250, 255];
/** Seconds by which the clocks of both sides may differ. */
const fudge = 300;
const headerLength = 12;

export const sign = (message: Buffer, key: TransferKey, before: Before = {}): Signed => {
  const timers = timersOf(Math.floor(Date.now() / 1000));
  const mac = macOf(message, key, timers, before);
  const data = Buffer.concat([
    ...[wireName(algorithm), timers, uint16(mac.length), mac],
    ...[message.subarray(0, 2), uint16(0), uint16(0)],
  ]);
  const record = Buffer.concat([recordHead(key), uint16(data.length), data]);
  return { bytes: Buffer.concat([withAdditionals(message, +1), record]), mac };
};

/** The message without its signature, if it has one by this key that fits; nothing otherwise. */
export const verify = (
  bytes: Buffer,
  key: TransferKey,
  before: Before = {},
): { message: Buffer; mac: Buffer } | undefined => {
  const data = lastTsig(bytes);
  if (!data) return undefined;
  const [head, name] = [recordHead(key), wireName(algorithm)];
  const start = bytes.length - data.length - 2 - head.length;
  const macStart = name.length + 10;
  if (start < headerLength || !sameName(bytes.subarray(start), head)) return undefined;
  if (data.length < macStart || !sameName(data, name)) return undefined;
  const timers = data.subarray(name.length, name.length + 8);
  const mac = data.subarray(macStart, macStart + data.readUInt16BE(macStart - 2));
  const message = withAdditionals(bytes.subarray(0, start), -1);
  const right = macOf(message, key, timers, before);
  if (mac.length !== right.length || !timingSafeEqual(mac, right)) return undefined;
  const apart = Math.abs(Date.now() / 1000 - timers.readUIntBE(0, 6));
  return apart <= fudge ? { message, mac } : undefined;
};

/** Whether bytes begin like others; letters of names are the same in any case. */
const sameName = (bytes: Buffer, beginning: Buffer): boolean =>
  bytes.toString('latin1', 0, beginning.length).toLowerCase() === beginning.toString('latin1');

const lastTsig = (bytes: Buffer): Buffer | undefined => {
  try {
    const last = decode(bytes).additionals?.at(-1);
    return (last?.type as string) === 'TSIG' ? (last as { data: Buffer }).data : undefined;
  } catch {
    return undefined;
  }
};

const macOf = (message: Buffer, key: TransferKey, timers: Buffer, { mac, later }: Before): Buffer => {
  const hmac = createHmac('sha256', Buffer.from(key.secret, 'base64'));
  if (mac) hmac.update(uint16(mac.length)).update(mac);
  hmac.update(message);
  const owner = [wireName(key.name), uint16(classAny), Buffer.alloc(4), wireName(algorithm)];
  for (const piece of later ? [timers] : [...owner, timers, uint16(0), uint16(0)]) hmac.update(piece);
  return hmac.digest();
};

/** All of the record before its length and data: owner, type, class and TTL. */
const recordHead = ({ name }: TransferKey): Buffer =>
  Buffer.concat([wireName(name), uint16(typeTsig), uint16(classAny), Buffer.alloc(4)]);

const withAdditionals = (message: Buffer, more: 1 | -1): Buffer => {
  const changed = Buffer.from(message);
  changed.writeUInt16BE(changed.readUInt16BE(10) + more, 10);
  return changed;
};

const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);

/** When it was signed, and by how much clocks may differ. */
const timersOf = (seconds: number): Buffer => {
  const timers = Buffer.alloc(8);
  timers.writeUIntBE(seconds, 0, 6);
  timers.writeUInt16BE(fudge, 6);
  return timers;
};

const wireName = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .toLowerCase()
      .split('.')
      .map(label => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ]);
