import { shellLine } from '../shell.ts';
import { defineCommand } from './spec.ts';

// What the client itself obeys instead of sending it on: `\\!` anywhere and words such as `system` at the start of
// a line run a shell. Statements of this plain kind hold none of it; for the others it is switched off.
const plain =
  /^(?:select|insert|update|delete|replace|show|describe|explain|create|alter|drop)\b[^\\\r\n]*$/i;

interface Args {
  statement: string;
  on?: string;
}

export const sql = defineCommand({
  name: 'sql',
  usage: 'sql "STATEMENT" [on SERVER]',
  help: "runs one SQL statement with the application's account, on the primary unless you say where",
  examples: [
    'sql "SELECT * FROM entries"',
    'sql "SELECT 1" => rows = 1',
    'sql "SELECT * FROM entries" on server-1',
  ],
  parse: ([statement = '', preposition, on, ...more]): { args: Args } | { problem: string } => {
    if (statement.trim() === '') return { problem: 'which statement?' };
    if (preposition === undefined) return { args: { statement } };
    if (preposition !== 'on' || more.length > 0) return { problem: 'put the statement in quotes' };
    if (on === undefined) return { problem: 'on which server? such as db-2' };
    return { args: { statement, on } };
  },
  run: async ({ statement, on }, stack, signal) => ({
    kind: 'sql',
    result: await stack.sql(statement, { signal, ...(on !== undefined && { on }) }),
  }),
  tool: ({ statement, on }, stack) => {
    const { user, password, database, ...primary } = stack.mysql;
    const there = stack
      .status()
      .find(({ part, server, id }) => part === 'db' && (server === on || id === on));
    const { host, port } = there?.here ?? primary;
    return shellLine(
      ...['mariadb', '--protocol=tcp', '--skip-ssl', ...(plain.test(statement) ? [] : ['--binary-mode'])],
      ...['-h', host, '-P', port, '-u', user, `-p${password}`, database],
      ...['-e', statement],
    );
  },
  complete: (before, topology) =>
    [
      [],
      ['on'],
      topology.servers.filter(({ parts }) => parts.some(({ part }) => part === 'db')).map(({ name }) => name),
    ][before.length] ?? [],
});
