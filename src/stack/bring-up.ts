import { defaultEngine, type EngineChoice } from './engine-choice.ts';
import type { Engines } from './engines.ts';
import { startGuard } from './guard.ts';
import { createRunDirectory, sweep } from './run-directory.ts';
import { StartError } from './runner.ts';
import type { Stack, StackEvent } from './stack.ts';
import { partsOf, type Topology, type TopologyName } from './topology.ts';
import { topologyByName } from './topology-changes.ts';

export interface BringUpOptions {
  topology?: TopologyName;
  /** What may play the web server and the database. */
  engine?: EngineChoice;
  signal?: AbortSignal;
  /** Hears of the parts while they start, too. */
  onEvent?: (event: StackEvent) => void;
}

const attempts = 5;

/**
 * Starts every part in parallel and resolves when each has answered.
 * Throws StackError, with nothing left behind, when a part cannot be started or the signal fires.
 */
export const bringUp = async (options: BringUpOptions = {}): Promise<Stack> => {
  sweep();
  const topology = topologyByName(options.topology ?? 'one-server');
  let engines: Engines | undefined;
  for (let attempt = 1; ; attempt++) {
    const runDir = createRunDirectory();
    const guard = startGuard(runDir);
    try {
      // The guard's process starts while the code of the parts is being loaded and programs are looked for.
      const [{ startParts }, { chooseEngines }] = await Promise.all([
        import('./start-parts.ts'),
        import('./engines.ts'),
      ]);
      engines ??= await chooseEngines(options.engine ?? defaultEngine);
      return await startParts(runDir, guard, topology, engines, options);
    } catch (error) {
      await guard.end();
      if (attempt === attempts || !engines || !(error instanceof StartError)) throw error;
      engines = await remedy(error, engines, topology, options);
      if (!engines) throw error;
    }
  }
};

/** What to try instead; `undefined` when nothing promises more. */
const remedy = async (
  error: StartError,
  engines: Engines,
  topology: Topology,
  { engine: choice, onEvent }: BringUpOptions,
): Promise<Engines | undefined> => {
  // Somebody took one of the ports between our look and the part's start.
  if (/EADDRINUSE|Address already in use/.test(error.output)) return engines;
  if (await error.engine.renew?.()) return engines;
  const { embeddedEngines } = await import('./engines.ts');
  if ((choice ?? defaultEngine) !== 'auto' || error.engine.engine !== 'installed') return undefined;
  const { part, label } = error.engine;
  const message = `${label} does not work here, so the embedded engine plays ${part}: ${error.message}`;
  for (const plan of partsOf(topology))
    if (plan.part === part) onEvent?.({ type: 'part', id: plan.id, state: 'starting', message });
  return { ...engines, [part]: embeddedEngines[part] };
};
