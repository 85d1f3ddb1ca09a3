import type { Placement } from '../part.ts';
import { readyPath } from './conf-files/pieces.ts';

/**
 * Whether an HTTP answer comes, whatever it says: a process that hangs still accepts connections. Nothing is
 * written to the access log for it.
 */
export const webAnswers = async ({ listen }: Placement, signal: AbortSignal): Promise<boolean> => {
  // Loaded when the part's own process is on its way: then the loading costs no time.
  const { httpStatus } = await import('../http-status.ts');
  return (await httpStatus(listen, readyPath, signal)) !== undefined;
};
