import { enableCompileCache } from 'node:module';
import envPaths from 'env-paths';

/**
 * Keeps compiled code for the next start, in the user's cache and not in the temporary folder, where Node would
 * keep it by itself and nobody would expect anything to stay.
 */
export const startCompileCache = (): void => {
  const home = process.env.WEB_STACK_TUTOR_HOME;
  const folder = process.env.NODE_COMPILE_CACHE ?? (home ? `${home}/cache` : compileCacheFolder());
  enableCompileCache(folder);
};

export const compileCacheFolder = (): string => envPaths('web-stack-tutor', { suffix: '' }).cache;
