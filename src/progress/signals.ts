import { constants } from 'node:os';
import process from 'node:process';

/** Who listened to signals when this module was loaded. */
export const listenersBefore = (Object.keys(constants.signals) as NodeJS.Signals[]).map(
  signal => [signal, process.listeners(signal)] as const,
);
