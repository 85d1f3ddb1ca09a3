import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Entry,
  lineStart,
  readEntry,
  writeEntry,
} from '../../../../../src/stack/parts/db/replication/entry.ts';
import type { Value } from '../../../../../src/stack/parts/db/values.ts';

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(n => !Object.is(n, -0)),
  fc.string({ unit: 'binary' }),
  fc.uint8Array().map(bytes => Buffer.from(bytes)),
);

const statement = fc.record(
  {
    sql: fc.string({ unit: 'binary' }),
    params: fc.array(value),
    now: fc.nat(),
    drawn: fc.array(value),
    lastId: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    request: fc.string(),
  },
  { requiredKeys: ['sql', 'params', 'now', 'drawn'] },
);

const entry: fc.Arbitrary<Entry> = fc.record({
  gtid: fc.nat().map(n => `0-1-${n}`),
  at: fc.nat(),
  schema: fc.boolean(),
  foreignKeys: fc.boolean(),
  statements: fc.array(statement),
});

describe('a line of the log', () => {
  it('says all of a transaction, and is one line', () => {
    fc.assert(
      fc.property(entry, given => {
        const line = writeEntry(given);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(line.startsWith(lineStart(given.gtid))).toBe(true);
        expect(readEntry(line)).toEqual(given);
      }),
    );
  });
});
