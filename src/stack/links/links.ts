import { join } from 'node:path';
import type { Endpoint } from '../address-book.ts';
import { processEntry } from '../entries.ts';
import type { Guard } from '../guard.ts';
import type { GuardedProcess, Talk } from '../guarded-process.ts';
import { StackError } from '../stack.ts';
import type { LinksReport, LinksRequest } from './protocol.ts';

/** The most that is added to a round trip, in milliseconds: about a satellite far out. */
export const longestDelayMs = 2000;

/** Puts parts further away than they are. */
export interface Links {
  /**
   * Adds milliseconds to each round trip to a part, that of opening a connection included, and resolves to where to
   * dial instead. 0 takes it back, also for connections that stand. Throws StackError.
   */
  set(to: Endpoint, ms: number): Promise<Endpoint>;
  /** Everything is as near as it was. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

interface Helper {
  child: GuardedProcess;
  talk: Talk;
}

/** The process that does it is started when it is needed first. */
export const createLinks = ({ guard, runDir }: { guard: Guard; runDir: string }): Links => {
  const waiting = new Map<number, (report: LinksReport) => void>();
  const delayed = new Map<string, Endpoint>();
  let helper: Promise<Helper> | undefined;
  let lastId = 0;

  const start = async (): Promise<Helper> => {
    const child = await guard.spawn(
      { file: process.execPath, args: [processEntry('links')], talks: true },
      { cwd: runDir, output: join(runDir, 'links.log') },
    );
    const { talk } = child;
    if (!talk) throw new Error('the process of the links has no channel');
    talk.hold(false);
    talk.hear(message => {
      const report = message as LinksReport;
      waiting.get(report.id)?.(report);
      waiting.delete(report.id);
    });
    void talk.ended.then(() => {
      helper = undefined;
      delayed.clear();
      for (const [id, answer] of waiting) answer({ id, problem: 'its process ended' });
      waiting.clear();
    });
    return { child, talk };
  };

  const ask = async (to: Endpoint, ms: number): Promise<Endpoint> => {
    helper ??= start();
    const { talk } = await helper.catch(error => {
      helper = undefined;
      throw error;
    });
    const id = ++lastId;
    const { promise, resolve } = Promise.withResolvers<LinksReport>();
    waiting.set(id, resolve);
    // Somebody waits for it.
    talk.hold(true);
    talk.say({ id, to, ms } satisfies LinksRequest);
    const report = await promise;
    if (waiting.size === 0) talk.hold(false);
    if ('problem' in report) throw new StackError(`the link cannot be made longer: ${report.problem}`);
    return report.here;
  };

  const set = async (to: Endpoint, ms: number): Promise<Endpoint> => {
    if (!(ms >= 0 && ms <= longestDelayMs))
      throw new StackError(`a link can be made longer by 0 to ${longestDelayMs} ms`);
    const key = `${to.host}:${to.port}`;
    if (ms === 0 && !delayed.has(key)) return to;
    const here = await ask(to, ms);
    if (ms === 0) delayed.delete(key);
    else delayed.set(key, to);
    return ms === 0 ? to : here;
  };

  return {
    set,
    clear: async () => {
      await Promise.all([...delayed.values()].map(to => set(to, 0)));
    },
    close: async () => {
      const running = await helper?.catch(() => undefined);
      running?.child.signal('SIGKILL');
      await Promise.all([running?.child.exited, running?.talk.ended]);
    },
  };
};
