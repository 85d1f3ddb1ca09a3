import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MysqlError } from '../../../../src/stack/parts/db/errors.ts';
import { type Entry, type Logs, openLogs } from '../../../../src/stack/parts/db/logs.ts';

let dir: string;
let logs: Logs;
const read = (name: string) => readFileSync(join(dir, name), 'utf8');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'db-logs-'));
  logs = openLogs({ queries: join(dir, 'queries.log'), trace: join(dir, 'trace.log') });
});
afterEach(() => {
  logs.close();
  rmSync(dir, { recursive: true });
});

const entry: Entry = {
  connection: 7,
  user: 'web',
  request: undefined,
  statement: 'SELECT\n 1',
  durationMs: 1.5,
  rows: 1,
  error: undefined,
};
const request = 'a'.repeat(32);

describe('a statement of a request', () => {
  it('is in both logs at once, behind those that came before it', () => {
    logs.statement(entry);
    logs.statement({ ...entry, request, statement: 'SELECT 2' });
    const [first, second] = read('queries.log').split('\n');
    expect(first).toMatch(/^\S+Z \[7\] web 1\.500 ms 1 row: SELECT 1$/);
    expect(second?.endsWith(` 1 row: SELECT 2 /* request=${request} */`)).toBe(true);
    expect(JSON.parse(read('trace.log'))).toEqual({
      connection: 7,
      request,
      statement: 'SELECT 2',
      durationMs: 1.5,
      rows: 1,
    });
  });

  it('keeps its id, however long it is', () => {
    logs.statement({ ...entry, request, statement: 'x'.repeat(100_000) });
    expect(read('queries.log').length).toBeLessThan(3000);
    expect(read('queries.log')).toContain(`... /* request=${request} */`);
  });
});

describe('other statements', () => {
  it('are in the log for people when the turn of the event loop is over', async () => {
    logs.statement({ ...entry, rows: 0, error: new MysqlError(1146, 'no such table') });
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
    expect(read('queries.log')).toMatch(/ ERROR 1146: SELECT 1\n$/);
    expect(read('trace.log')).toBe('');
  });

  it('are there when the log is closed', () => {
    logs.statement(entry);
    logs.close();
    expect(read('queries.log')).toContain('SELECT 1');
    logs = { statement: () => {}, close: () => {} };
  });
});
