import { connect } from 'node:tls';
import type { Endpoint } from '../address-book.ts';

const patienceMs = 3000;

/** One try: whether TLS is spoken there, whatever the certificate says. Never throws. */
export const answersTls = (endpoint: Endpoint): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ ...endpoint, rejectUnauthorized: false });
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
  });
