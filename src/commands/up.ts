import type { Stack } from '../stack/stack.ts';
import { type PartName, siteHost } from '../stack/topology.ts';
import { exitCodes, type Register } from './exit.ts';
import { withStack } from './with-stack.ts';

export const registerUp: Register = (program, outcome) => {
  program
    .command('up')
    .description('keep the stack up until Ctrl+C, and print its addresses for your own tools')
    .option('--json', 'print one JSON line when it is ready')
    .action(async (options: { json?: boolean }) => {
      outcome.code = await withStack(async ({ openStack, signal }) => {
        const stack = await openStack();
        const { jsonLine } = await import('../lab/json.ts');
        const lines = options.json ? [jsonLine(readiness(stack))] : await addressLines(stack);
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

const endpointOf = (stack: Stack, part: PartName) =>
  stack.status().find(status => status.part === part)?.here;

const readiness = (stack: Stack) => ({
  ready: true,
  engines: Object.fromEntries(stack.status().map(({ part, engine }) => [part, engine])),
  addresses: { dns: endpointOf(stack, 'dns'), http: endpointOf(stack, 'web'), mysql: stack.mysql },
});

const addressLines = async (stack: Stack): Promise<string[]> => {
  const { parseLab } = await import('../lab/language.ts');
  const { lines } = parseLab(`resolve ${siteHost}\nrequest /\nsql "SHOW TABLES"`);
  const { hanging } = await import('../plain/text.ts');
  const width = Math.min(80, process.stdout.columns ?? 80);
  const parts = stack.status().flatMap(({ part, server, address, here, label }) => {
    const places = `${address.host}:${address.port} (here ${here.host}:${here.port})`;
    return hanging(`  ${part.padEnd(4)} on ${server.padEnd(9)} `, `${places}, ${label}`, width);
  });
  return [
    'The stack is up:',
    '',
    ...parts,
    '',
    'Try it in another terminal:',
    '',
    ...lines.flatMap(({ command }) => command.tool?.(stack) ?? []),
    '',
    '(The warning of dig is right: this server does not ask others.)',
    'Ctrl+C takes the stack down.',
  ];
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
