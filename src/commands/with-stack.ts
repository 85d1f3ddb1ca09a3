import type { EngineChoice } from '../stack/engine-choice.ts';
import { defaultNetwork, type NetworkChoice } from '../stack/network/network-choice.ts';
import { networkOnDemand } from '../stack/network/on-demand.ts';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import type { Stack, StackEvent } from '../stack/stack.ts';
import type { TopologyName } from '../stack/topology.ts';
import { exitCodes } from './exit.ts';
import { hasHungUp } from './output.ts';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Work {
  /** Fires when the learner or the system ends the program, and when nobody reads its output any more. */
  signal: AbortSignal;
  interrupt(): void;
  /**
   * Brings the stack up at the first call; later calls get the same one, or try again when that failed. Whoever
   * wants to hear of the parts while they start says so at the call that starts them.
   */
  openStack(onEvent?: (event: StackEvent) => void): Promise<Stack>;
  /** The private internet of that stack, the same way. Throws StackError where it is refused. */
  openNetwork(): Promise<PrivateInternet>;
}

let wanted: { engine?: EngineChoice; topology?: TopologyName } = {};

/** What `--engine` and `--topology` say, for every stack of this command line. */
export const useStack = (choice: typeof wanted): void => {
  wanted = choice;
};

let networkChoice: NetworkChoice = defaultNetwork;

/** What `--network` says, for the stack of this command line. */
export const useNetwork = (choice: NetworkChoice): void => {
  networkChoice = choice;
};

const contents: Record<TopologyName, string> = {
  'one-server': 'dns, web, app and db',
  balanced: 'a balancer, two servers and a database',
  replicated: 'a balancer, two servers, a database and its replica',
  mended: 'two of everything',
};

/** While the stack starts: what takes longer than usual, and what is not as it was asked for. */
const tell = (event: StackEvent): void => {
  if (event.type === 'part' && event.state === 'starting' && event.message)
    process.stderr.write(`${event.message}\n`);
};

/**
 * Runs a command that may use a stack, and takes that down however the command ends. A signal aborts the work:
 * then the exit code is 130. `quiet` is for screens, which say themselves what is going on.
 */
export const withStack = async (
  use: (work: Work) => Promise<number>,
  { quiet = false } = {},
): Promise<number> => {
  const end = new AbortController();
  let ending: number | undefined;
  const endWith = (code: number): void => {
    ending ??= code;
    end.abort();
  };
  const interrupt = (): void => endWith(exitCodes.interrupted);
  // Whoever closes a pipe (`| head -1`) has read enough: that is no failure.
  const unread = (error: Error): void => endWith(hasHungUp(error) ? exitCodes.interrupted : exitCodes.done);
  for (const signal of endings) process.on(signal, interrupt);
  process.stdout.on('error', unread);
  // The work may be over before the stack is up.
  const over = new AbortController();
  const signal = AbortSignal.any([end.signal, over.signal]);
  const network = networkOnDemand(networkChoice, signal);
  const withNetwork = async (stack: Stack): Promise<Stack> => {
    try {
      await network.open(stack);
      return stack;
    } catch (error) {
      await stack.down();
      throw error;
    }
  };
  let coming: Promise<Stack> | undefined;
  const openStack: Work['openStack'] = onEvent => {
    if (coming) return coming;
    if (!quiet)
      process.stderr.write(`Starting the stack: ${contents[wanted.topology ?? 'one-server']} ...\n`);
    const heard = onEvent ?? (quiet ? () => {} : tell);
    const opened = import('../stack/bring-up.ts')
      .then(({ bringUp }) => bringUp({ signal, onEvent: heard, ...wanted }))
      .then(stack => (networkChoice === 'private' ? withNetwork(stack) : stack));
    opened.catch(() => {
      coming = undefined;
    });
    coming = opened;
    return opened;
  };
  try {
    const code = await use({
      signal: end.signal,
      interrupt,
      openStack,
      openNetwork: async () => network.open(await openStack()),
    });
    return ending ?? code;
  } catch (error) {
    if (ending !== undefined) return ending;
    throw error;
  } finally {
    over.abort();
    const stack = await coming?.catch(() => undefined);
    await network.close();
    await stack?.down();
    process.stdout.off('error', unread);
    for (const signal of endings) process.off(signal, interrupt);
  }
};
