import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGtid, sequenceOf, writeGtid } from '../../../../../src/stack/parts/db/replication/gtid.ts';

describe('a GTID', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.record({ server: fc.nat(), sequence: fc.nat() }), gtid => {
        expect(readGtid(writeGtid(gtid))).toEqual(gtid);
      }),
    );
    expect(writeGtid({ server: 2, sequence: 57 })).toBe('0-2-57');
  });

  it.each(['', '1-2-3', '0-1', '0-1-2,0-2-3', '0-a-1'])('is not: %j', text => {
    expect(readGtid(text)).toBeUndefined();
    expect(sequenceOf(text)).toBe(0);
  });
});
