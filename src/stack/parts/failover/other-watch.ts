import type { Watch } from './balancer-watch.ts';
import { missedBeats, startBeats } from './beat.ts';
import { type Other, readWord, type Word } from './election.ts';
import { holdLine } from './line.ts';
import type { AddressPlan } from './protocol.ts';

/** Listens to the other failover process, and tells what it says, or why there is nothing to hear. */
export const watchOther = (
  { here }: AddressPlan['other'],
  said: (word: Word) => void,
  fellSilent: (other: Other, why: string) => void,
): Watch => {
  let beats = 0;
  let missed = 0;
  let known = false;
  let gone = false;
  let rest = '';

  const line = holdLine(here, {
    heard: text => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) {
        const word = readWord(each);
        if (!word) continue;
        missed = 0;
        known = true;
        gone = false;
        said(word);
      }
    },
    lost: (why, refused) => {
      rest = '';
      // At the beginning it may not have started yet.
      if (!refused || (!known && beats < startBeats)) return;
      gone = true;
      fellSilent('gone', why);
    },
  });
  return {
    beat: () => {
      beats += 1;
      line.redial();
      missed += 1;
      if (!gone && missed > missedBeats && (known || beats >= startBeats))
        fellSilent('silent', `${missedBeats} heartbeats are missing`);
    },
    close: line.close,
  };
};
