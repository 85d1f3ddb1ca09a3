import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram, programPlaces } from '../../stack/parts/programs.ts';

/** What starts each browser: a name where PATH has it, else a path; `undefined` where it was not found. */
export interface Browsers {
  chromium: string | undefined;
  firefox: string | undefined;
}

const names = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox', 'firefox-esr'],
};

/** Below an Applications folder of macOS. */
const bundles = {
  chromium: ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'],
  firefox: ['Firefox.app/Contents/MacOS/firefox'],
};

export const findBrowsers = (places = programPlaces()): Browsers => {
  const applications =
    process.platform === 'darwin' ? ['/Applications', join(homedir(), 'Applications')] : [];
  const find = (browser: keyof Browsers, usable = (_file: string) => true): string | undefined =>
    names[browser].find(name => {
      const file = findProgram([name], places);
      return file !== undefined && usable(file);
    }) ?? findProgram(bundles[browser], applications);
  return { chromium: find('chromium'), firefox: find('firefox', seesTemporaryFiles) };
};

/** A snap has a temporary folder of its own, so it would not find a profile in ours. */
const seesTemporaryFiles = (file: string): boolean =>
  !file.startsWith('/snap/') && !realpathSync(file).endsWith('/snap');
