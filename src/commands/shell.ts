import type { Register } from './exit.ts';
import { withStack } from './with-stack.ts';

export const registerShell: Register = (program, outcome) => {
  program
    .command('shell')
    .description("open your own shell in the private internet (Linux), where the lab's addresses are real")
    .action(async () => {
      outcome.code = await withStack(async ({ openNetwork, signal }) => {
        const network = await openNetwork();
        const { runOwnShell } = await import('../plain/own-shell.ts');
        return runOwnShell(network, { leave: 'takes everything down', signal });
      });
    });
};
