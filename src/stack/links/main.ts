/** Makes links longer: a process of its own, so that its work takes no time from the parts and the screens. */
import { runPart } from '../parts/process.ts';
import type { LinksReport, LinksRequest } from './protocol.ts';
import { openRelay, type Relay } from './relay.ts';

const relays = new Map<string, Promise<Relay>>();

const obey = async ({ id, to, ms }: LinksRequest): Promise<LinksReport> => {
  const key = `${to.host}:${to.port}`;
  const opened = relays.get(key) ?? openRelay(to, ms);
  relays.set(key, opened);
  try {
    const relay = await opened;
    relay.delay(ms);
    return { id, here: relay.here };
  } catch (error) {
    relays.delete(key);
    return { id, problem: (error as Error).message };
  }
};

runPart('links', async () => {
  if (!process.connected) throw new Error('it is started by the tutor');
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: LinksRequest) => {
    void obey(request).then(report => {
      if (process.connected) process.send?.(report);
    });
  });
  return { close: () => {} };
});
