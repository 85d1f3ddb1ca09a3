import { shellLine } from '../shell.ts';
import { defineCommand } from './spec.ts';

// What the client itself obeys instead of sending it on: `\\!` anywhere and words such as `system` at the start of
// a line run a shell. Statements of this plain kind hold none of it; for the others it is switched off.
const plain =
  /^(?:select|insert|update|delete|replace|show|describe|explain|create|alter|drop)\b[^\\\r\n]*$/i;

export const sql = defineCommand({
  name: 'sql',
  usage: 'sql "STATEMENT"',
  help: "runs one SQL statement with the application's account",
  examples: ['sql "SELECT * FROM entries"', 'sql "SELECT 1" => rows = 1'],
  parse: ([statement = '', ...more]) => {
    if (statement.trim() === '') return { problem: 'which statement?' };
    if (more.length > 0) return { problem: 'put the statement in quotes' };
    return { args: statement };
  },
  run: async (statement, stack, signal) => ({ kind: 'sql', result: await stack.sql(statement, signal) }),
  tool: (statement, { mysql }) =>
    shellLine(
      ...['mariadb', '--protocol=tcp', '--skip-ssl', ...(plain.test(statement) ? [] : ['--binary-mode'])],
      ...['-h', mysql.host, '-P', mysql.port, '-u', mysql.user, `-p${mysql.password}`, mysql.database],
      ...['-e', statement],
    ),
});
