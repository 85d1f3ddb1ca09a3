import type { Trace } from '../stack/browser/trace.ts';
import { exitCodes, type Register, UsageError } from './exit.ts';
import { withStack } from './with-stack.ts';

export const registerRequest: Register = (program, outcome) => {
  program
    .command('request')
    .argument('[url]', 'path or URL', '/')
    .description('send one traced request through a fresh stack')
    .option('--json', 'print the trace as JSON')
    .action(async (url: string, options: { json?: boolean }) => {
      const { targetUrl } = await import('../stack/browser/target.ts');
      try {
        targetUrl(url);
      } catch (error) {
        throw new UsageError((error as Error).message);
      }
      outcome.code = await withStack(async ({ openStack, signal }) => {
        const stack = await openStack();
        const trace = await stack.request(url, { signal });
        if (options.json) await printJson(trace);
        else await print(trace);
        return trace.failure ? exitCodes.failed : exitCodes.done;
      });
    });
};

/** What is unknown is null, never left out. */
const printJson = async (trace: Trace): Promise<void> => {
  const { url, outcome, status, durationMs, requestId, hops } = trace;
  const { jsonLine } = await import('../lab/json.ts');
  const object = { url, outcome, status: status ?? null, durationMs, requestId: requestId ?? null, hops };
  process.stdout.write(`${jsonLine(object)}\n`);
  if (trace.message) process.stderr.write(`${trace.message}\n`);
};

const print = async (trace: Trace): Promise<void> => {
  const { traceLines } = await import('../plain/trace-lines.ts');
  const width = Math.min(80, process.stdout.columns ?? 80);
  process.stdout.write(
    traceLines(trace, width)
      .map(line => `${line}\n`)
      .join(''),
  );
};
