import type { Endpoint } from '../address-book.ts';

/** What the tutor asks of the process that makes links longer. */
export interface LinksRequest {
  id: number;
  to: Endpoint;
  /** Added to each round trip; 0 makes the link as short as it was. */
  ms: number;
}

export type LinksReport =
  /** Where to dial instead. */
  { id: number; here: Endpoint } | { id: number; problem: string };
