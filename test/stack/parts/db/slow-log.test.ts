import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorLogReader, slowLogReader } from '../../../../src/stack/parts/db/slow-log.ts';

const id = 'feedfacefeedfacefeedfacefeedface';

const mariadb = `/usr/sbin/mariadbd, Version: 10.11.14-MariaDB-0+deb12u2-log (Debian 12). started with:
Tcp port: 23456  Unix socket:${' '}
Time		    Id Command	Argument
# Time: 261121 21:53:26
# User@Host: web[web] @  [127.0.0.1]
# Thread_id: 4  Schema: foobar  QC_hit: No
# Query_time: 0.000291  Lock_time: 0.000109  Rows_sent: 2  Rows_examined: 9
# Rows_affected: 0  Bytes_sent: 73
use \`foobar\`;
SET timestamp=1795298006;
SELECT * FROM entries /* request=${id} */;
# User@Host: web[web] @  [127.0.0.1]
# Thread_id: 4  Schema: foobar  QC_hit: No
# Query_time: 0.001000  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0
# Rows_affected: 3  Bytes_sent: 50
SET timestamp=1795298006;
SELECT 'nobody asked';
# User@Host: web[web] @  [127.0.0.1]
# Thread_id: 4  Schema: foobar  QC_hit: No
# Query_time: 1.500000  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0
# Rows_affected: 3  Bytes_sent: 50
SET timestamp=1795298006;
UPDATE entries
  -- all; of them
SET name = 'x;' /* request=a0 */;
`;

const mysql = `# Time: 2026-11-21T21:53:26.000000Z
# User@Host: web[web] @  [127.0.0.1]  Id:     8
# Query_time: 0.000123  Lock_time: 0.000001 Rows_sent: 4  Rows_examined: 4
SET timestamp=1795298006;
SELECT 1 /* request=${id} */;
`;

const errors = `2026-11-21 21:54:43 [boot] @  [] ERROR 1146: Table 'foobar.nope' doesn't exist : INSERT INTO nope VALUES (1);
2026-11-21 21:54:43 [] @  [127.0.0.1] ERROR 1158: Got an error reading communication packets : (null)
2026-11-21 21:54:44 web[web] @  [127.0.0.1] ERROR 1054: Unknown column 'zz' in 'SELECT' : SELECT zz
FROM entries /* request=${id} */
2026-11-21  1:54:44 web[web] @  [127.0.0.1] ERROR 1064: You have an error : near 'x' : x /* request=a0 */
`;

const readAll = <T>(read: (line: string) => T | undefined, text: string): T[] =>
  text.split('\n').flatMap(line => read(line) ?? []);

describe('the slow query log', () => {
  it('of MariaDB tells statement, duration and rows of each request', () => {
    expect(readAll(slowLogReader(), mariadb)).toEqual([
      { request: id, query: { statement: 'SELECT * FROM entries', durationMs: 0.291, rows: 2 } },
      {
        request: 'a0',
        query: { statement: "UPDATE entries\n  -- all; of them\nSET name = 'x;'", durationMs: 1500, rows: 3 },
      },
    ]);
  });

  it('of MySQL does, too', () => {
    expect(readAll(slowLogReader(), mysql)).toEqual([
      { request: id, query: { statement: 'SELECT 1', durationMs: 0.123, rows: 4 } },
    ]);
  });

  it('that was emptied in the middle of an entry gives nothing of it', () => {
    const lines = mariadb.split('\n');
    fc.assert(
      fc.property(fc.nat(lines.length), fc.nat(lines.length), (a, b) => {
        const read = slowLogReader();
        const cut = [...lines.slice(0, Math.min(a, b)), ...lines.slice(Math.max(a, b))];
        const found = cut.flatMap(line => read(line) ?? []);
        expect(found.length).toBeLessThanOrEqual(2);
        for (const { request } of found) expect([id, 'a0']).toContain(request);
      }),
    );
  });

  it('never fails, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...mariadb.split('\n')))), lines => {
        const read = slowLogReader();
        for (const line of lines) {
          const found = read(line);
          if (found) expect(Number.isFinite(found.query.durationMs + found.query.rows)).toBe(true);
        }
      }),
    );
  });
});

describe('the log of errors', () => {
  it('tells the error of a statement of a request', () => {
    expect(readAll(errorLogReader(), errors)).toEqual([
      {
        request: id,
        statement: 'SELECT zz\nFROM entries',
        error: "ERROR 1054: Unknown column 'zz' in 'SELECT'",
      },
      { request: 'a0', statement: "near 'x' : x", error: 'ERROR 1064: You have an error' },
    ]);
  });
});
