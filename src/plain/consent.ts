import type { Console } from './console.ts';
import { hanging } from './text.ts';

/** What somebody is asked before the first lab block of a course from elsewhere. */
export const consentText =
  'This course is not part of web-stack-tutor. Its blocks run commands on the stack of this lab: they read and write its files and data, and stop and start its parts. May they run?';

/** What is said instead of running a block. */
export const notRun = 'Not run: the commands of this course run only after your yes.';

/** Asks at the first call; the answer holds for the rest of the run. */
export const askConsent = ({ ask, out, width }: Console): (() => Promise<boolean>) => {
  let answer: boolean | undefined;
  return async () => {
    if (answer !== undefined) return answer;
    out(...hanging('', consentText, width));
    for (;;) {
      const word = (await ask('y for yes, n for no: '))?.trim().toLowerCase();
      if (word === 'y' || word === 'yes') answer = true;
      if (word === undefined || word === 'n' || word === 'no') answer = false;
      if (answer !== undefined) return answer;
    }
  };
};
