import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const name = 'web-stack-tutor';

/**
 * Where things are kept that can be made again: in the user's cache, or where the learner wants everything.
 * By hand, because env-paths ends the program where there is no home (a container with a bare user id), and reads
 * an empty HOME as the current folder.
 */
export const cacheFolder = (): string => {
  const { WEB_STACK_TUTOR_HOME, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (WEB_STACK_TUTOR_HOME) return join(WEB_STACK_TUTOR_HOME, 'cache');
  const home = homeFolder();
  if (home === undefined) return join(tmpdir(), `${name}-cache`);
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(home, 'AppData', 'Local'), name, 'Cache');
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', name);
  return join(XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(home, '.cache'), name);
};

const homeFolder = (): string | undefined => {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
};
