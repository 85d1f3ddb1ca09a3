import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewer, withRaisedSerial } from '../../../../src/stack/parts/dns/serial.ts';
import { zoneFile } from '../../../../src/stack/parts/dns/zone-file.ts';
import { parse, zoneText } from './zones.ts';

const serialNumber = fc.nat({ max: 2 ** 32 - 1 });

describe('a serial number is newer', () => {
  it.each([
    [2, 1, true],
    [1, 1, false],
    [1, 2, false],
    [0, 2 ** 32 - 1, true],
    [2 ** 31 - 1, 0, true],
    [2 ** 31, 0, false],
  ])('%i than %i: %s', (serial, other, newer) => {
    expect(isNewer(serial, other)).toBe(newer);
  });

  it('never both ways', () => {
    fc.assert(fc.property(serialNumber, serialNumber, (a, b) => !(isNewer(a, b) && isNewer(b, a))));
  });
});

describe('a zone that takes the place of another', () => {
  const facts = { origin: 'foobar.com', nameServers: ['192.0.2.53'], apex: '8.8.8.8', www: '8.8.8.8' };
  const generated = zoneFile(facts);
  const written = (serial: number): string => generated.replace('1        ;', `${serial}        ;`);
  const serialOf = (text: string): number => parse(text).soa.data.serial;

  it('has a newer serial number, whatever both had', () => {
    fc.assert(
      fc.property(serialNumber, serialNumber, (now, then) => {
        const raised = withRaisedSerial(written(now), written(then));
        expect(isNewer(serialOf(raised), then)).toBe(true);
        if (isNewer(now, then)) expect(raised).toBe(written(now));
      }),
    );
  });

  it('is the same otherwise, and its comments stay where they are', () => {
    const raised = withRaisedSerial(generated, written(9));
    expect(raised).toBe(generated.replace('1        ;', '10       ;'));
  });

  it.each([
    ['one line', zoneText('www A 8.8.8.8')],
    [
      'a comment before it',
      zoneText().replace('hostmaster 1', 'hostmaster ( ; 7 is lucky\n 1').replace('4800 60', '4800 60 )'),
    ],
  ])('finds it in %s', (_, text) => {
    expect(serialOf(withRaisedSerial(text, text))).toBe(2);
  });

  it('stays as it is where there is no serial number', () => {
    expect(withRaisedSerial('nonsense', generated)).toBe('nonsense');
    expect(withRaisedSerial(generated, '')).toBe(generated);
  });
});
