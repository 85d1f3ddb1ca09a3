import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { siteFrames } from '../../../../src/stack/parts/app/builds.ts';
import { type AppProcess, startAppProcess } from './app-process.ts';

// In processes of their own: the test runner's imports are not Node's.

const entry = `import { body } from './pages/home.js';
export const version = 'v7';
export default () => async () => ({ status: 200, body });
`;

let app: AppProcess | undefined;

afterEach(async () => {
  await app?.end();
  app = undefined;
});

describe('application files that cannot be run', () => {
  it.each([
    [
      'a syntax error',
      'export const body =\n\n = 1;',
      "app: pages/home.js:3: SyntaxError: Unexpected token '='\n",
    ],
    [
      'an error while loading',
      '\nexport const body = missing;',
      'app: pages/home.js:2: ReferenceError: missing is not defined\n',
    ],
    [
      'an import of what is not there',
      '',
      "app: app.js:1: SyntaxError: The requested module './pages/home.js' does not provide an export named 'body'\n",
    ],
    ['a missing file', undefined, "app: Error: Cannot find module 'pages/home.js' imported from app.js\n"],
  ])('end the server with file and line: %s', async (_, text, output) => {
    app = await startAppProcess(
      { 'app.js': entry, ...(text === undefined ? {} : { 'pages/home.js': text }) },
      {},
      false,
    );
    const code = await new Promise(resolve => app?.process.on('exit', resolve));
    expect(app.output()).toBe(output);
    expect(code).toBe(1);
  });

  it('need a function', async () => {
    app = await startAppProcess({ 'app.js': 'export default 7;' }, {}, false);
    await new Promise(resolve => app?.process.on('exit', resolve));
    expect(app.output()).toBe('app: app.js: its default export must be a function\n');
  });
});

describe('the application files', () => {
  it('run as a copy, all of them, and are loaded anew by SIGHUP while the port stays open', async () => {
    const counter = `let hits = 0;\nexport default () => async () => ({ status: 200, body: String(++hits) + word() });`;
    app = await startAppProcess({
      'app.js': `import { word } from './word.js';\n${counter}`,
      'word.js': `export const word = () => ' old';`,
    });
    expect((await app.ask('/')).body).toBe('2 old');
    await app.edit('word.js', `export const word = () => ' new';`);
    expect((await app.ask('/')).body).toBe('3 old');
    const { log, process } = app;
    process.kill('SIGHUP');
    await vi.waitFor(async () => expect(await log()).toContain('reloaded, version'), { timeout: 10_000 });
    // What the files kept in memory began anew.
    expect((await app.ask('/')).body).toBe('1 new');
    expect(app.process.exitCode).toBeNull();
  });

  it('go on in their old form when the new one cannot be loaded', async () => {
    app = await startAppProcess({ 'app.js': entry, 'pages/home.js': `export const body = 'fine';` });
    await app.edit('pages/home.js', 'export const body = (;');
    app.process.kill('SIGHUP');
    await vi.waitFor(
      async () =>
        expect(await app?.log()).toContain(
          "reload failed, the old code goes on: pages/home.js:1: SyntaxError: Unexpected token ';'",
        ),
      { timeout: 10_000 },
    );
    expect((await app.ask('/')).body).toBe('fine');
    await app.edit('pages/home.js', `export const body = 'mended';`);
    app.process.kill('SIGHUP');
    await vi.waitFor(async () => expect((await app?.ask('/'))?.body).toBe('mended'), { timeout: 10_000 });
  });

  it('run without the static files, and without what an earlier start left', async () => {
    app = await startAppProcess({
      'app.js': entry,
      'pages/home.js': `export const body = '';`,
      'public/logo.svg': '<svg/>',
      '../builds/1/pages/stale.js': '',
    });
    expect((await readdir(join(app.dir, 'builds/1'))).sort()).toEqual(['app.js', 'package.json', 'pages']);
    expect(await readdir(join(app.dir, 'builds/1/pages'))).toEqual(['home.js']);
  });
});

describe('the lines of an error', () => {
  it('are those of the site', () => {
    const dir = '/run/builds/3';
    const root = pathToFileURL(dir).href;
    const error = new Error('at file:///run/builds/3/no.js:1:1');
    error.stack = [
      `Error: at ${root}/no.js:1:1`,
      `    at Object.query (file:///app/database.ts:40:15)`,
      `    at async show (${root}/pages/home.js:3:9)`,
      `    at async ${root}/app.js:2:44`,
      '    at node:internal/main',
    ].join('\n');
    expect(siteFrames(error, dir)).toEqual(['show (pages/home.js:3:9)', 'app.js:2:44']);
    expect(siteFrames('no error', dir)).toEqual([]);
  });
});
