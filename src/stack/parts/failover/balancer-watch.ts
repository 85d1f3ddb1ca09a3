import { beatMs, missedBeats, startBeats } from './beat.ts';
import type { Health } from './election.ts';
import { holdLine } from './line.ts';
import type { AddressPlan } from './protocol.ts';

export interface Watch {
  /** To be called every beat. */
  beat(): void;
  close(): void;
}

/** Asks the balancer at every beat over a connection that is held, and tells when it is up or down, and why. */
export const watchBalancer = (
  balancer: AddressPlan['balancer'],
  became: (health: Health, why: string) => void,
): Watch => {
  let health: Health = 'unknown';
  let beats = 0;
  /** Beats since the question that is not answered yet. */
  let waited: number | undefined;

  const become = (next: Health, why: string): void => {
    if (next === health || (health === 'unknown' && next === 'down' && beats < startBeats)) return;
    health = next;
    became(health, why);
  };
  const ask = (): void => {
    waited ??= 0;
    line.send(`GET ${balancer.path} HTTP/1.1\r\nHost: failover\r\n\r\n`);
  };
  const line = holdLine(balancer, {
    opened: () => ask(),
    heard: () => {
      waited = undefined;
      become('up', 'it answers');
    },
    lost: (why, refused) => {
      // One that accepts and closes may be busy: it has some beats to answer.
      if (!refused) return;
      waited = undefined;
      become('down', why);
    },
  });
  return {
    beat: () => {
      beats += 1;
      line.redial();
      if (waited === undefined) ask();
      else if (++waited >= missedBeats) become('down', `no answer within ${missedBeats * beatMs} ms`);
    },
    close: line.close,
  };
};
