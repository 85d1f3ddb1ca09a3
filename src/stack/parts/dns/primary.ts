import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Neighbour } from './notify.ts';
import { recordText } from './record.ts';
import { isNewer } from './serial.ts';
import { parseZone, type Zone } from './zone.ts';
import type { ZoneKeeper } from './zone-keeper.ts';

interface Options {
  origin: string;
  /** Path of the zone file. */
  file: string;
  secondaries(): readonly Neighbour[];
  tell(zone: Zone, whom: readonly Neighbour[]): void;
  report(line: string): void;
}

/** Editors and networks are not told apart: every system can ask for a file's time. */
const watchEveryMs = 200;

/** Of a primary name server: a file, read again when it was saved. Throws ZoneError when it is broken at the start. */
export const zoneFromFile = async ({
  origin,
  file,
  secondaries,
  tell,
  report,
}: Options): Promise<ZoneKeeper> => {
  const name = basename(file);
  const parse = (text: string): Zone => parseZone(text, { file: name, origin });
  let text = await readFile(file, 'utf8');
  let zone = parse(text);
  let last = Promise.resolve();
  let told: readonly Neighbour[] = [];

  const tellSecondaries = (raised: boolean): void => {
    const all = secondaries();
    // Whoever is new may have asked before the zone had become what it is.
    tell(zone, raised ? all : all.filter(({ here }) => !told.some(other => other.here.port === here.port)));
    told = all;
  };

  const readAgain = async (asked: boolean): Promise<void> => {
    try {
      const before = zone;
      const found = await readFile(file, 'utf8');
      // Whoever was asked to read it need not notice by itself that it was saved.
      if (found === text && !asked) return;
      text = found;
      zone = parse(text);
      report(`${name}: loaded, serial ${zone.soa.data.serial}, ${zone.records.length} records`);
      const trap = serialTrap(before, zone);
      if (trap) report(`${name}: ${trap}`);
      tellSecondaries(isNewer(zone.soa.data.serial, before.soa.data.serial));
    } catch (error) {
      report(
        `${error instanceof Error ? error.message : String(error)}; the zone as it was before stays in use`,
      );
    }
  };
  /** One after the other: each compares with what the one before has read. */
  const reload = (asked: boolean): Promise<void> => {
    last = last.then(() => readAgain(asked));
    return last;
  };
  const onChange = (): void => void reload(false);
  watchFile(file, { interval: watchEveryMs, persistent: false }, onChange);

  return {
    get zone() {
      return zone;
    },
    begin: async () => tellSecondaries(true),
    reload: () => reload(true),
    close: () => unwatchFile(file, onChange),
  };
};

/** What others who repeat the zone will not notice. */
const serialTrap = (before: Zone, now: Zone): string | undefined => {
  const [then, serial] = [before.soa.data.serial, now.soa.data.serial];
  if (isNewer(serial, then)) return undefined;
  if (serial !== then)
    return `the serial went back from ${then} to ${serial}: secondary name servers keep what they have until it is above ${then}`;
  return recordsOf(before) === recordsOf(now)
    ? undefined
    : `records changed, but the serial is still ${serial}: secondary name servers keep the old records until it goes up`;
};

const recordsOf = ({ records }: Zone): string => records.map(recordText).join('\n');
