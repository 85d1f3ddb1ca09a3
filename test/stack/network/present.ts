/** Whether this machine can have a private internet, and how a suite over it names the reason why not. */
import { probePrivateInternet } from '../../../src/stack/network/probe.ts';

export const refused = await probePrivateInternet();
export const present = refused === undefined;

// Short: vitest cuts long names.
export const named = (name: string): string =>
  present ? name : `${name} (skipped: ${(refused ?? '').split(' (')[0]})`;
