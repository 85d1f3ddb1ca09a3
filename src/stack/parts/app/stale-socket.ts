import { lstat, rm } from 'node:fs/promises';
import { connect } from 'node:net';

/** Removes the socket of a server that was killed: it would be in the way of the next one. Anything else stays. */
export const removeStaleSocket = async (path: string): Promise<void> => {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isSocket() && !(await answers(path))) await rm(path, { force: true });
};

const answers = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ path });
    const end = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
