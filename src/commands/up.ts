import type { Stack } from '../stack/stack.ts';
import type { PartName } from '../stack/topology.ts';
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
        process.stdout.write(
          options.json ? `${JSON.stringify(readiness(stack))}\n` : `${lines(stack).join('\n')}\n`,
        );
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

const lines = (stack: Stack): string[] => {
  const dns = endpointOf(stack, 'dns');
  const http = endpointOf(stack, 'web');
  const { host, port, user, password, database } = stack.mysql;
  return [
    'The stack is up. In another terminal:',
    '',
    `  dig @${dns?.host} -p ${dns?.port} www.foobar.com +norecurse`,
    `  curl -i --connect-to www.foobar.com:80:${http?.host}:${http?.port} http://www.foobar.com/`,
    `  mariadb --protocol=tcp -h ${host} -P ${port} -u ${user} -p${password} ${database}`,
    '',
    ...stack.status().map(({ id, address, here, label }) => {
      const story = `${address.host}:${address.port}`;
      return `  ${id.padEnd(14)} ${story.padEnd(16)} here ${here.host}:${here.port}   ${label}`;
    }),
    '',
    'Ctrl+C takes it down.',
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
    signal.addEventListener('abort', end, { once: true });
  });
