import { writeSync } from 'node:fs';

/** File descriptor on which a part says that it listens, as in sd_notify(3), and the variable that asks for it. */
export const readiness = { fd: 3, variable: 'WEB_STACK_TUTOR_READY' } as const;

/** Said by a part when it listens. Nobody may have asked: then it is silent. */
export const tellReady = (): void => {
  if (!process.env[readiness.variable]) return;
  try {
    writeSync(readiness.fd, 'ready\n');
  } catch {
    // Nobody listens any more.
  }
};
