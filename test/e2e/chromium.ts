/** Drives a real Chromium, headless. The browser is the one of the machine; nothing is downloaded. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findBrowsers } from '../../src/commands/up/browsers.ts';
import { findProgram, programPlaces } from '../../src/stack/parts/programs.ts';

const { chromium: name } = findBrowsers();

/** Path of the browser; `undefined` where there is none: then tests that need it are skipped, by name. */
export const chromiumProgram =
  name === undefined ? undefined : (findProgram([name], programPlaces()) ?? name);

/** For the name of a group that is skipped without it. */
export const skippedChromium = chromiumProgram ? '' : ' (skipped: no Chromium)';

export interface ChromiumOptions {
  /** Words before the program, such as those of nsenter; the first one is a path or found on PATH. */
  prefix?: readonly string[];
  /** Beside those for running without a screen and in silence; one for the profile's folder replaces our own. */
  flags?: readonly string[];
  /** Root has to do without. */
  sandbox?: boolean;
}

export interface Driven {
  /** Its one tab. */
  page: Page;
  /** Ends the browser and removes its profile. */
  close(): Promise<void>;
}

// Nothing of Playwright's own: what the tutor prints for people has to do.
const always = [
  ...['--headless', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  '--remote-debugging-pipe',
];

export const startChromium = async ({
  prefix = [],
  flags = [],
  sandbox = process.getuid?.() !== 0,
}: ChromiumOptions = {}): Promise<Driven> => {
  if (!chromiumProgram) throw new Error('there is no Chromium here');
  const [executablePath = '', ...args] = [
    ...prefix,
    chromiumProgram,
    ...always,
    ...(sandbox ? [] : ['--no-sandbox']),
    ...flags,
  ];
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  if (!flags.some(flag => flag.startsWith('--user-data-dir='))) args.push(`--user-data-dir=${profile}`);
  const remove = () => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  try {
    const context = await chromium.launchPersistentContext('', {
      executablePath,
      args: [...args, 'about:blank'],
      ignoreDefaultArgs: true,
      timeout: 60_000,
    });
    const [page = await context.newPage()] = context.pages();
    return {
      page,
      close: async () => {
        await context.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};
