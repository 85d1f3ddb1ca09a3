import type { Trace } from '../stack/browser/trace.ts';
import { exitCodes, type Register } from './exit.ts';
import { withStack } from './with-stack.ts';

export const registerRequest: Register = (program, outcome) => {
  program
    .command('request')
    .argument('[url]', 'path or URL', '/')
    .description('send one traced request through a fresh stack')
    .option('--json', 'print the trace as JSON')
    .action(async (url: string, options: { json?: boolean }) => {
      outcome.code = await withStack(async ({ openStack, signal }) => {
        const stack = await openStack();
        const trace = await stack.request(url, { signal });
        if (options.json) process.stdout.write(`${JSON.stringify(trace)}\n`);
        else await print(trace);
        return trace.failure ? exitCodes.failed : exitCodes.done;
      });
    });
};

const print = async (trace: Trace): Promise<void> => {
  const [{ waterfall }, { needsAscii }, { textOf }] = await Promise.all([
    import('../plain/waterfall.ts'),
    import('../plain/glyphs.ts'),
    import('../plain/line.ts'),
  ]);
  const width = Math.min(100, process.stdout.columns ?? 100);
  for (const line of waterfall(trace, { width, ascii: needsAscii(process.env) }))
    process.stdout.write(`${textOf(line).trimEnd()}\n`);
};
