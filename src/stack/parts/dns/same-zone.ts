import { recordText } from './record.ts';
import { parseZone } from './zone.ts';

/** Whether two zone files say the same, however they are written. */
export const sameZone = (one: string, other: string, origin: string): boolean => {
  const records = (text: string): string =>
    parseZone(text, { file: 'zone', origin }).records.map(recordText).toSorted().join('\n');
  try {
    return records(one) === records(other);
  } catch {
    return false;
  }
};
