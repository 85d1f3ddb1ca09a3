import type { StoryAddress } from '../topology.ts';

/** Where somebody listens inside. */
export interface InsideDoor extends StoryAddress {
  transport: 'tcp' | 'udp';
}

export const doorKey = ({ transport, host, port }: InsideDoor): string => `${transport} ${host}:${port}`;

/** Seen inside in the place of what is outside: paths of a file and of what it covers. */
export interface Cover {
  from: string;
  over: string;
}

/** What has to be so before anybody may enter. */
export interface SetUp {
  programs: { ip: string; mount: string };
  covers: readonly Cover[];
  /** Folders that are empty inside: through sockets in them programs would ask the real internet's resolver. */
  hidden: readonly string[];
  /** Open when the porter is ready. */
  doors: readonly InsideDoor[];
}

/** What the tutor asks of the porter. */
export type PorterRequest =
  | { type: 'set-up'; setUp: SetUp }
  /** All doors that are to be open from now on; every other one is closed. */
  | { type: 'doors'; doors: readonly InsideDoor[] }
  | { type: 'answer'; door: string; to: StoryAddress; data: Uint8Array };

/** What the porter tells the tutor; with a visitor comes the accepted connection. Doors are named by `doorKey`. */
export type PorterReport =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'visitor'; door: string }
  | { type: 'datagram'; door: string; from: StoryAddress; data: Uint8Array };
