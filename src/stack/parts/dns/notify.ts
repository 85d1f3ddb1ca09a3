/** A primary name server tells its secondaries that the zone has changed (NOTIFY, RFC 1996). */
import { randomInt } from 'node:crypto';
import { AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';
import type { Endpoint } from '../../address-book.ts';
import { isResponse, opcodeOf } from './message.ts';
import type { Zone } from './zone.ts';

/** A name server of the story, and where that is on this machine. */
export interface Neighbour {
  name: string;
  here: Endpoint;
}

export interface Notifier {
  /** Tells everybody, again and again until they have heard. */
  tell(zone: Zone, whom: readonly Neighbour[]): void;
  /** Whether a message says that somebody has heard. */
  heard(message: Buffer): boolean;
  close(): void;
}

const opcodeNotify = 4;
const tries = 5;
const waitMs = 500;

export const createNotifier = (
  send: (message: Buffer, to: Endpoint) => void,
  report: (line: string) => void,
): Notifier => {
  const waiting = new Map<number, { name: string; timer: NodeJS.Timeout }>();
  const forget = (id: number): void => {
    clearTimeout(waiting.get(id)?.timer);
    waiting.delete(id);
  };

  const tell = (zone: Zone, { name, here }: Neighbour): void => {
    // What it was told before is old.
    for (const [id, other] of waiting) if (other.name === name) forget(id);
    const id = randomInt(0x10000);
    const message = notification(id, zone);
    let sent = 0;
    const again = (): void => {
      if (sent++ >= tries) {
        forget(id);
        report(`${name} was told of serial ${zone.soa.data.serial} ${tries} times, but says nothing`);
        return;
      }
      waiting.set(id, { name, timer: setTimeout(again, waitMs) });
      send(message, here);
    };
    again();
  };

  return {
    tell: (zone, whom) => {
      for (const neighbour of whom) tell(zone, neighbour);
    },
    heard: message => {
      if (message.length < 12 || !isResponse(message) || opcodeOf(message) !== opcodeNotify) return false;
      const id = message.readUInt16BE(0);
      const told = waiting.get(id);
      if (told) report(`${told.name} has heard of the new zone`);
      forget(id);
      return true;
    },
    close: () => {
      for (const id of waiting.keys()) forget(id);
    },
  };
};

const notification = (id: number, { origin, soa }: Zone): Buffer =>
  encode({
    type: 'query',
    id,
    flags: (opcodeNotify << 11) | AUTHORITATIVE_ANSWER,
    questions: [{ name: origin, type: 'SOA', class: 'IN' }],
    answers: [soa],
  });

/** The zone of which a message says that it has changed; nothing for other messages. */
export const notifiedZone = (message: Buffer): string | undefined => {
  if (message.length < 12 || isResponse(message) || opcodeOf(message) !== opcodeNotify) return undefined;
  try {
    const question = decode(message).questions?.[0];
    return question?.type === 'SOA' ? question.name.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
};

/** That it was heard. */
export const acknowledgement = (message: Buffer): Buffer => {
  const asked = decode(message);
  return encode({
    type: 'response',
    id: message.readUInt16BE(0),
    flags: (opcodeNotify << 11) | AUTHORITATIVE_ANSWER,
    questions: asked.questions ?? [],
  });
};
