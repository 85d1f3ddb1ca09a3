import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createRunDirectory, removeRunDirectory } from '../run-directory.ts';
import { coversIn } from './covers.ts';
import { entranceOf } from './enter.ts';
import { makeNamespaces, type Namespaces } from './namespaces.ts';
import type { InsideDoor } from './porter-protocol.ts';
import { findPrograms, refusalOf } from './refusal.ts';

const doors: readonly InsideDoor[] = [
  { transport: 'tcp', host: '8.8.8.8', port: 80 },
  { transport: 'udp', host: '127.0.0.1', port: 53 },
];

/**
 * Tries the whole set-up once, entering included, because no setting of the system tells whether it will work.
 * Resolves to one sentence that says why not, or to nothing.
 */
export const probePrivateInternet = async (): Promise<string | undefined> => {
  let dir: string | undefined;
  let namespaces: Namespaces | undefined;
  try {
    const programs = findPrograms();
    dir = createRunDirectory();
    namespaces = await makeNamespaces(
      programs,
      { ...coversIn(dir, undefined), doors },
      {
        runDir: dir,
        onReport: () => {},
      },
    );
    const [program, ...words] = entranceOf(programs, namespaces.pid);
    await promisify(execFile)(program, [...words, '/', 'true'], {
      env: { ...process.env, LC_ALL: 'C' },
    }).catch(({ stderr, message }) => {
      throw new Error(refusalOf(stderr || message));
    });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await namespaces?.end();
    if (dir !== undefined) removeRunDirectory(dir);
  }
};
