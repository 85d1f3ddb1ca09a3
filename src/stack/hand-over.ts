import type { Runner } from './runner.ts';
import { StackError } from './stack.ts';
import { type PartId, primaryOf, type Topology } from './topology.ts';

/** How long the old primary's last changes may take to reach the new one, in milliseconds. */
const catchUpMs = 5000;

interface Options {
  before: Topology;
  next: Topology;
  runnerOf(id: PartId): Runner;
  /** It has been promoted already, by somebody who could not reach the old one: there is nothing to wait for. */
  promoted: boolean;
}

/**
 * Another database becomes the primary. While the old one can be asked it takes no more writes and its last changes
 * are waited for; one that is gone, or paused, keeps to itself what had not been repeated.
 */
export const handOver = async ({ before, next, runnerOf, promoted }: Options): Promise<void> => {
  const [old, heir] = [primaryOf(before), primaryOf(next)];
  if (!old || !heir || old.id === heir.id) return;
  const [from, to] = [runnerOf(old.id), runnerOf(heir.id)];
  // Before anything is done to the old one: asking in vain would take long, and nobody could write meanwhile.
  if (to.state !== 'running')
    throw new StackError(`${heir.id} is ${to.state}: only a database that runs can take the writes`);
  const { replicationOf } = await import('./replication.ts');
  const source = replicationOf(from.at);
  const target = replicationOf(to.at);
  // It would go on taking writes, once it is resumed.
  if (from.state === 'paused') await from.act('kill');
  if (promoted && from.state === 'running') await source.freeze().catch(() => from.act('kill'));
  if (!promoted && from.state === 'running') {
    await source.freeze();
    try {
      // Nobody waits for a delay that somebody has set.
      await target.delay(0);
      if (!(await target.waitFor(await source.position(), catchUpMs)))
        throw new StackError(
          `${heir.id} has not repeated the last changes of ${old.id} within ${catchUpMs / 1000} s: nothing was changed`,
        );
      await target.promote();
    } catch (error) {
      await source.resume().catch(() => {});
      throw error;
    }
  } else await target.promote();
};
