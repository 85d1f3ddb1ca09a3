/** Serial numbers of zones: 32 bits that go round in a circle (RFC 1982). */

const half = 2 ** 31;
const whole = 2 ** 32;

/** Whether `serial` comes after `other`. */
export const isNewer = (serial: number, other: number): boolean => {
  const ahead = (serial - other + whole) % whole;
  return ahead > 0 && ahead < half;
};

// The first number behind the two names of the SOA record, also when it stands on a line of its own, and blanks.
const soaSerial = /(^[^;\n]*\bSOA\s+\S+\s+\S+(?:[\s(]|;[^\n]*\n)+)(\d+)( *)/im;

/**
 * A zone file that takes the place of `present`: its serial number is raised above that of the present one, as
 * everybody has to do who changes a zone. A text without a serial number stays as it is.
 */
export const withRaisedSerial = (text: string, present: string): string => {
  const [now, then] = [text, present].map(zone => soaSerial.exec(zone)?.[2]);
  if (now === undefined || then === undefined || isNewer(Number(now), Number(then))) return text;
  const raised = String((Number(then) + 1) % whole);
  // What stands behind it stays in its column.
  return text.replace(soaSerial, (_, before: string, old: string, blanks: string) => {
    const width = blanks === '' ? 0 : Math.max(raised.length + 1, old.length + blanks.length);
    return before + raised.padEnd(width);
  });
};
