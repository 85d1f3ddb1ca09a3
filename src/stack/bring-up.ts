import { startGuard } from './guard.ts';
import { createRunDirectory, sweep } from './run-directory.ts';
import { StartError } from './runner.ts';
import type { Stack, StackEvent } from './stack.ts';
import { type TopologyName, topologyByName } from './topology.ts';

export interface BringUpOptions {
  topology?: TopologyName;
  signal?: AbortSignal;
  /** Hears of the parts while they start, too. */
  onEvent?: (event: StackEvent) => void;
}

const attempts = 3;

/**
 * Starts every part in parallel and resolves when each has answered.
 * Throws StackError, with nothing left behind, when a part cannot be started or the signal fires.
 */
export const bringUp = async (options: BringUpOptions = {}): Promise<Stack> => {
  sweep();
  const topology = topologyByName(options.topology ?? 'one-server');
  for (let attempt = 1; ; attempt++) {
    const runDir = createRunDirectory();
    const guard = startGuard(runDir);
    try {
      // The guard's process starts while the code of the parts is being loaded.
      const { startParts } = await import('./start-parts.ts');
      return await startParts(runDir, guard, topology, options);
    } catch (error) {
      await guard.end();
      // Somebody took one of the ports between our look and the part's start.
      if (attempt < attempts && error instanceof StartError && error.output.includes('EADDRINUSE')) continue;
      throw error;
    }
  }
};
