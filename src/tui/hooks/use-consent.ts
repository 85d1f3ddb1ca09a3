import { useState } from 'react';
import { consentText } from '../../plain/consent.ts';
import { blank, line, span, wrap } from '../../plain/line.ts';
import type { Row } from '../scroll.ts';
import { useShell } from '../shell.ts';

export interface Consent {
  asking: boolean;
  /** The question, while it is asked. */
  rows: Row[];
  /** Runs it at once, or when the learner has said yes. */
  before(run: () => void): void;
  yes(): void;
  no(): void;
}

/** Before the first lab block of a course from elsewhere; a yes holds as long as the program runs. */
export const useConsent = (width: number): Consent => {
  const { consent } = useShell();
  const [waiting, setWaiting] = useState<() => void>();
  const question = wrap(consentText, width).map(text => line(span(text, 'warn')));
  return {
    asking: waiting !== undefined,
    rows: waiting ? [blank, ...question, blank, line(span('y: yes, run them   n: no', 'strong'))] : [],
    before: run => {
      if (consent.current) run();
      else setWaiting(() => run);
    },
    yes: () => {
      consent.current = true;
      setWaiting(undefined);
      waiting?.();
    },
    no: () => setWaiting(undefined),
  };
};
