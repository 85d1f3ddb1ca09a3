/** Bundles the program into `dist/`: the reasons for each option are measured in docs/architecture.md. */
import { cpSync, rmSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

// marked-terminal loads cli-highlight, which loads all 190 languages of highlight.js. Code is highlighted by
// course/highlight.ts with the few languages that a course uses, so cli-highlight is never called.
const noCliHighlight: Plugin = {
  name: 'no-cli-highlight',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cli-highlight$/ }, () => ({ path: 'cli-highlight', namespace: 'unused' }));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'export const highlight = code => code; export default { highlight };',
    }));
  },
};

// Ink loads the developer tools only when DEV is set.
const noDevtools: Plugin = {
  name: 'no-devtools',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^react-devtools-core$/ }, () => ({
      path: 'react-devtools-core',
      namespace: 'devtools',
    }));
    onLoad({ filter: /.*/, namespace: 'devtools' }, () => ({ contents: 'export default {};' }));
  },
};

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'src/cli.ts',
    guard: 'src/stack/guard-main.ts',
    dns: 'src/stack/parts/dns/main.ts',
    web: 'src/stack/parts/web/main.ts',
    app: 'src/stack/parts/app/main.ts',
    db: 'src/stack/parts/db/main.ts',
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
  define: { 'process.env.NODE_ENV': '"production"', fetch: 'undefined' },
  // Bundled CommonJS modules still call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [noCliHighlight, noDevtools],
  logLevel: 'warning',
});
cpSync('src/stack/site', 'dist/site', { recursive: true });
