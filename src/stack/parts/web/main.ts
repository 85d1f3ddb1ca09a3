import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runPart } from '../process.ts';
import { ConfError } from './conf/error.ts';
import { readConfig } from './conf/read.ts';
import { createWebServer } from './serve/listen.ts';
import { flushLogs, logError } from './serve/logs.ts';

/**
 * `main.ts -p PREFIX/ [-c conf/nginx.conf] [-t]`, as nginx: `-t` only tests the configuration.
 */
const { values: options } = parseArgs({
  options: {
    p: { type: 'string', short: 'p', default: '.' },
    c: { type: 'string', short: 'c', default: 'conf/nginx.conf' },
    t: { type: 'boolean', short: 't', default: false },
  },
});

const read = () => readConfig(options.p, options.c);

const complain = (warnings: readonly string[]): void => {
  for (const warning of warnings) process.stderr.write(`nginx: [warn] ${warning}\n`);
};

const test = (): void => {
  try {
    const { file, warnings } = read();
    complain(warnings);
    process.stderr.write(`nginx: the configuration file ${file} syntax is ok\n`);
    process.stderr.write(`nginx: configuration file ${file} test is successful\n`);
  } catch (problem) {
    if (!(problem instanceof ConfError)) throw problem;
    process.stderr.write(`nginx: [emerg] ${problem.message}\n`);
    process.exitCode = 1;
  }
};

const serve = async () => {
  const server = createWebServer();
  const config = (() => {
    try {
      return read();
    } catch (problem) {
      throw problem instanceof ConfError ? new Error(`[emerg] ${problem.message}`) : problem;
    }
  })();
  complain(config.warnings);
  await server.apply(config);
  writeFileSync(config.pid, `${process.pid}\n`);
  return {
    close() {
      rmSync(config.pid, { force: true });
      server.close();
    },
    async reload() {
      const { errorLog } = server.config();
      logError(errorLog, 'notice', 'signal 1 (SIGHUP) received, reconfiguring');
      try {
        const next = read();
        for (const warning of next.warnings) logError(errorLog, 'warn', warning);
        await server.apply(next);
      } catch (problem) {
        const message =
          problem instanceof Error ? problem.message.replace(/^\[emerg\] /, '') : String(problem);
        logError(errorLog, 'emerg', message);
      }
      flushLogs();
      // Whoever asked for the reload sees by the file's time that it is over.
      writeFileSync(server.config().pid, `${process.pid}\n`);
    },
  };
};

if (options.t) test();
else runPart('nginx', serve);
