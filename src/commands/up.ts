import type { NetworkChoice } from '../stack/network/network-choice.ts';
import type { PrivateInternet } from '../stack/network/private-internet.ts';
import { type Stack, StackError } from '../stack/stack.ts';
import type { PartName } from '../stack/topology.ts';
import { exitCodes, type Register } from './exit.ts';
import { networkOption } from './network.ts';
import type { RealAddresses } from './up/lines.ts';
import { useNetwork, withStack } from './with-stack.ts';

export const registerUp: Register = (program, outcome) => {
  program
    .command('up')
    .description('keep the stack up until Ctrl+C, and print its addresses for your own tools')
    .option('--json', 'print one JSON line when it is ready')
    .addOption(networkOption())
    .action(async (options: { json?: boolean; network: NetworkChoice }) => {
      useNetwork(options.network);
      outcome.code = await withStack(async ({ openStack, openNetwork, signal }) => {
        const stack = await openStack();
        const at = await openAll(stack);
        if (options.network === 'private') at.enter = await enterLine(await openNetwork());
        const lines = options.json ? [await readiness(stack, at)] : await linesFor(stack, at);
        process.stdout.write(`${lines.join('\n')}\n`);
        stack.subscribe(event => {
          if (event.type === 'part' && event.state === 'crashed')
            process.stderr.write(`${event.message ?? `${event.id} has crashed`}\n`);
        });
        await untilAborted(signal);
        return exitCodes.interrupted;
      });
    });
};

/** What is opened only for those who ask for it. */
const openAll = async (stack: Stack): Promise<RealAddresses> => {
  const [ca, proxy] = await Promise.all([stack.secure(), stack.openProxy()]);
  const https = stack.doors().find(({ plan, address }) => address.port === plan.secure?.port)?.here;
  if (!https) throw new StackError('nothing in this stack speaks TLS');
  return { https, proxy, ca };
};

const readiness = async (stack: Stack, { https, proxy, ca, enter }: RealAddresses): Promise<string> => {
  const { jsonLine } = await import('../lab/json.ts');
  const endpointOf = (part: PartName) => stack.status().find(status => status.part === part)?.here;
  return jsonLine({
    ready: true,
    engines: Object.fromEntries(stack.status().map(({ part, engine }) => [part, engine])),
    addresses: { dns: endpointOf('dns'), http: endpointOf('web'), https, proxy, mysql: stack.mysql },
    ca,
    ...(enter !== undefined && { enter }),
  });
};

/** For another terminal: enters the private internet from the folder that is the current one there. */
const enterLine = async ({ entrance }: PrivateInternet): Promise<string> => {
  const { shellLine } = await import('../lab/shell.ts');
  return `${shellLine(...entrance)} "$PWD" "$SHELL"`;
};

const linesFor = async (stack: Stack, at: RealAddresses): Promise<string[]> => {
  const { addressLines } = await import('./up/lines.ts');
  return addressLines(stack, at, Math.min(80, process.stdout.columns ?? 80));
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    // Keeps the process alive: the stack itself does not.
    const alive = setInterval(() => {}, 60_000);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
