import { fileURLToPath } from 'node:url';

// In a checkout Node runs the TypeScript sources as they are (it strips the types); in the package every
// process is one bundled file beside the others.
const bundled = !import.meta.url.endsWith('.ts');

type Process = 'guard' | 'porter' | 'links' | 'traffic' | 'dns' | 'web' | 'app' | 'db' | 'failover';

/** Path of the program that a process of the stack runs. */
export const processEntry = (name: Process): string => {
  const elsewhere: Partial<Record<typeof name, string>> = {
    guard: './guard-main.ts',
    porter: './network/porter-main.ts',
    links: './links/main.ts',
    traffic: './traffic/main.ts',
  };
  const source = elsewhere[name] ?? `./parts/${name}/main.ts`;
  return fileURLToPath(new URL(bundled ? `./${name}.mjs` : source, import.meta.url));
};

/** Folder of the application files of one version of the site. */
export const siteFolder = (version: string): string =>
  fileURLToPath(new URL(`./site/${version}`, import.meta.url));

/** Folder that holds `lessons/` and `quizzes/` of the built-in course. */
export const packageRoot = (): string => fileURLToPath(new URL(bundled ? '..' : '../..', import.meta.url));
