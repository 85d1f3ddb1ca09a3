import { exitCodes, type Register } from './exit.ts';
import { withStack } from './with-stack.ts';

export const registerRequest: Register = (program, outcome) => {
  program
    .command('request')
    .argument('[url]', 'path or URL', '/')
    .description('send one traced request through a fresh stack')
    .option('--json', 'print the trace as JSON')
    .action(async (url: string, options: { json?: boolean }) => {
      outcome.code = await withStack(async (stack, signal) => {
        const trace = await stack.request(url, { signal });
        if (options.json) process.stdout.write(`${JSON.stringify(trace)}\n`);
        else {
          const { plainStyle } = await import('../plain/style.ts');
          const { traceLines } = await import('../plain/trace.ts');
          process.stdout.write(`${traceLines(trace, plainStyle()).join('\n')}\n`);
        }
        return trace.failure ? exitCodes.failed : exitCodes.done;
      });
    });
};
