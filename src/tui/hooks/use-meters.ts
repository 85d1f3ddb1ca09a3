import { useSyncExternalStore } from 'react';
import type { MeterView } from '../../plain/meters.ts';
import { useShell } from '../shell.ts';

/** What has been measured of the last load; draws anew twice a second while it goes on. */
export const useMeters = (): MeterView | undefined => {
  const { meters } = useShell().stack;
  return useSyncExternalStore(meters.subscribe, meters.get);
};
