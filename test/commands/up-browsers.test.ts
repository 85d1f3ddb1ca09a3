import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chromiumLines, firefoxPreferences } from '../../src/commands/up/browser-lines.ts';
import { findBrowsers } from '../../src/commands/up/browsers.ts';
import { startUp, stopUps } from './up-process.ts';

afterEach(stopUps);

/** A folder with programs of these names, each of which prints its words, one a line. */
const programs = (...names: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  for (const name of names) {
    writeFileSync(join(folder, name), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
};

const pasted = (lines: string, folder: string): string[] =>
  execFileSync('sh', ['-c', lines], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  })
    .trimEnd()
    .split('\n');

/** The command that begins with the word, with all of its lines. */
const commandOf = (text: string, word: string): string => {
  const start = text.indexOf(`\n${word} `) + 1;
  expect(start, `${word} in:\n${text}`).toBeGreaterThan(0);
  return text.slice(start, text.indexOf('\n\n', start));
};

describe('findBrowsers', () => {
  it('takes the first of each kind, by the name that people type', () => {
    const folder = programs('google-chrome', 'chromium-browser', 'firefox-esr', 'unrelated');
    expect(findBrowsers([folder])).toEqual({ chromium: 'chromium-browser', firefox: 'firefox-esr' });
  });

  it('knows when there is none', () => {
    // macOS has a second place to look.
    if (process.platform !== 'darwin')
      expect(findBrowsers([programs('unrelated')])).toEqual({ chromium: undefined, firefox: undefined });
  });

  it.skipIf(process.platform === 'win32')('passes over a Firefox that has other temporary files', () => {
    const folder = programs('snap');
    symlinkSync(join(folder, 'snap'), join(folder, 'firefox'));
    expect(findBrowsers([folder]).firefox).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('the line for Chromium (skipped on Windows: no sh)', () => {
  it('arrives word by word, whatever the path', () => {
    const profile = `/tmp/it's a "profile" $HOME`;
    const lines = chromiumLines('chromium', {
      proxy: { host: '127.0.0.1', port: 41_000 },
      keyHash: 'ab+/cd==',
      profile,
      url: 'http://www.foobar.com/',
    });
    const words = pasted(lines.join('\n'), programs('chromium'));
    expect(words).toContain(`--user-data-dir=${profile}`);
    expect(words).toContain('--proxy-server=http://127.0.0.1:41000');
    expect(words).toContain('--proxy-bypass-list=<-loopback>');
    expect(words).toContain('--ignore-certificate-errors-spki-list=ab+/cd==');
    expect(words.at(-1)).toBe('http://www.foobar.com/');
    expect(lines.slice(1).filter(line => line.length > 80)).toEqual([]);
  });
});

it('the preferences for Firefox are lines of JavaScript', () => {
  const preferences = new Map<string, unknown>();
  const text = firefoxPreferences({ host: '127.0.0.1', port: 41_000 });
  new Function('user_pref', text)((name: string, value: unknown) => preferences.set(name, value));
  expect(preferences.get('network.proxy.type')).toBe(1);
  for (const scheme of ['http', 'ssl']) {
    expect(preferences.get(`network.proxy.${scheme}`)).toBe('127.0.0.1');
    expect(preferences.get(`network.proxy.${scheme}_port`)).toBe(41_000);
  }
  expect(preferences.get('network.proxy.failover_direct')).toBe(false);
  expect(preferences.get('dom.security.https_first')).toBe(false);
});

describe.skipIf(process.platform === 'win32')('up prints lines for (skipped on Windows: no sh)', () => {
  const complete = (text: string): boolean => text.includes('Ctrl+C');

  it('Chromium where no browser was found, and only for that', async () => {
    const { text } = await startUp([], complete, { WEB_STACK_TUTOR_PROGRAMS: programs() });
    expect(commandOf(text, 'chromium')).toContain('--proxy-server=');
    expect(text).not.toMatch(/firefox/i);
  });

  it('Firefox, with a profile that is there, also where paths have spaces', async () => {
    const folder = programs('firefox');
    const temporary = join(folder, "it's temporary");
    mkdirSync(temporary);
    const { text, stop } = await startUp([], complete, {
      WEB_STACK_TUTOR_PROGRAMS: folder,
      TMPDIR: temporary,
    });
    const [, , profile = '', url] = pasted(commandOf(text, 'firefox'), folder);
    expect(url).toBe('http://www.foobar.com/');
    const port = /proxy +127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    expect(readFileSync(join(profile, 'user.js'), 'utf8')).toContain(`"network.proxy.http_port", ${port}`);
    expect(text).not.toContain('\nchromium ');
    expect(await stop('SIGINT')).toBe(130);
    expect(() => readFileSync(join(profile, 'user.js'))).toThrow('ENOENT');
  });
});
