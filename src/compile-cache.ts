import { enableCompileCache } from 'node:module';
import { cacheFolder } from './stack/cache-folder.ts';

/**
 * Keeps compiled code for the next start, in the user's cache and not in the temporary folder, where Node would
 * keep it by itself and nobody would expect anything to stay.
 */
export const startCompileCache = (): void => {
  enableCompileCache(process.env.NODE_COMPILE_CACHE ?? cacheFolder());
};
