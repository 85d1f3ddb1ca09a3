import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Stack, StackError } from '../stack.ts';
import { coversIn, trustedIn } from './covers.ts';
import { insideDoors } from './doors.ts';
import { entranceOf, insideEnvironment } from './enter.ts';
import { makeNamespaces } from './namespaces.ts';
import type { InsideDoor, PorterReport } from './porter-protocol.ts';
import { findPrograms } from './refusal.ts';
import { relay, relayDatagram } from './relay.ts';

/** The addresses of the story, real for whoever is inside; from there no way leads out. */
export interface PrivateInternet {
  /** The words that run a command inside, without any capability; a folder and the command have to follow. */
  readonly entrance: readonly [program: string, ...words: string[]];
  /** The environment for such a command. */
  environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  /** Resolves when nothing inside is alive any more, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends everything inside. */
  close(): Promise<void>;
}

/** What a learner can do where there is none. */
const instead =
  'the lines that each answer of the lab shows, and those that web-stack-tutor up prints, work without it';

/**
 * Opens the addresses of a running stack inside namespaces of their own. The stack itself stays outside, on the
 * loopback, for everybody else. Throws StackError with one sentence where the system refuses.
 */
export const openPrivateInternet = (stack: Stack, signal?: AbortSignal): Promise<PrivateInternet> =>
  open(stack, signal).catch(error => {
    if (!(error instanceof StackError)) throw error;
    throw new StackError(`there is no private internet here: ${error.message}; ${instead}`);
  });

const open = async (stack: Stack, signal: AbortSignal | undefined): Promise<PrivateInternet> => {
  const programs = findPrograms();
  const ca = await stack.secure();
  const dir = join(stack.runDir, 'network');
  mkdirSync(dir, { recursive: true });
  let doors = insideDoors(stack);
  const wanted = (): InsideDoor[] => [...doors.values()].map(({ door }) => door);

  const namespaces = await makeNamespaces(
    programs,
    { ...coversIn(dir, ca), doors: wanted() },
    {
      runDir: stack.runDir,
      signal,
      onReport: (report, visitor) => {
        if (report.type === 'visitor' && visitor) relay(visitor, doors.get(report.door)?.here);
        if (report.type === 'datagram') onDatagram(report);
      },
    },
  );
  const onDatagram = ({ door, from, data }: Extract<PorterReport, { type: 'datagram' }>): void => {
    const here = doors.get(door)?.here;
    if (here)
      relayDatagram(data, here, answer => namespaces.send({ type: 'answer', door, to: from, data: answer }));
  };
  const follow = (): void => {
    doors = insideDoors(stack);
    namespaces.send({ type: 'doors', doors: wanted() });
  };
  const unsubscribe = stack.subscribe(({ type }) => {
    if (type === 'part' || type === 'topology' || type === 'reset') follow();
  });
  void namespaces.ended.then(unsubscribe);
  // What has changed in the meantime.
  follow();

  return {
    entrance: entranceOf(programs, namespaces.pid),
    environment: own => insideEnvironment(own, { trusted: trustedIn(ca), password: stack.mysql.password }),
    ended: namespaces.ended,
    close: () => namespaces.end(),
  };
};
