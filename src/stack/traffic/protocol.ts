/** What the tutor and the generator's process say to each other, over Node's channel; whatever else comes is refused. */
import * as z from 'zod/mini';
import type { Endpoint } from '../address-book.ts';
import type { StoryAddress } from '../topology.ts';
import { bounds, type LoadOrder } from './order.ts';
import type { Span } from './span.ts';
import type { Window } from './tally.ts';

/** An address of the story, where that is on this machine, and who listens there. */
export interface TrafficDoor {
  part: string;
  address: StoryAddress;
  here: Endpoint;
  /** Milliseconds by which the lab makes each round trip longer. */
  addedMs?: number;
}

/** All that exists for visitors: nothing else is ever dialled. */
export interface Surroundings {
  doors: readonly TrafficDoor[];
  /** The name servers that they ask, in this order. */
  resolvers: readonly { story: StoryAddress; here: Endpoint }[];
}

export type TrafficRequest =
  | { type: 'begin'; order: LoadOrder; surroundings: Surroundings }
  /** The stack has changed. */
  | { type: 'surroundings'; surroundings: Surroundings }
  /** Visitors that are due from now on are counted apart; the number is the tutor's own. */
  | { type: 'span-begins'; span: number }
  /** Until now; what came of them is reported when their visits are over. */
  | { type: 'span-ends'; span: number }
  /** No more visitors; those under way are still answered. */
  | { type: 'stop' };

export type TrafficReport =
  | { type: 'window'; window: Window }
  | { type: 'span'; number: number; span: Span }
  /** Every visit is over; nothing more comes. */
  | { type: 'ended' };

const place = z.object({ host: z.string(), port: z.int().check(z.gte(0), z.lte(65_535)) });
/** Everything binds to loopback, so whatever else were dialled would be somebody else's. */
const here = z.extend(place, { host: z.string().check(z.regex(/^127\.|^::1$/)) });
const surroundings = z.object({
  doors: z.array(
    z.object({ part: z.string(), address: place, here, addedMs: z.optional(z.number().check(z.gt(0))) }),
  ),
  resolvers: z.array(z.object({ story: place, here })),
});
const order = z.object({
  ratePerS: z.int().check(z.gte(1), z.lte(bounds.ratePerS)),
  durationMs: z.optional(z.number().check(z.gt(0), z.lte(bounds.durationMs))),
  path: z.string().check(z.regex(/^\/[\x21-\x7e]*$/)),
  visitors: z.optional(z.enum(['fresh', 'returning'])),
});
const request = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begin'), order, surroundings }),
  z.object({ type: z.literal('surroundings'), surroundings }),
  z.object({ type: z.literal('span-begins'), span: z.int() }),
  z.object({ type: z.literal('span-ends'), span: z.int() }),
  z.object({ type: z.literal('stop') }),
]);

const counted = z.int().check(z.gte(0));
const counts = z.record(z.string(), counted);
const tally = z.object({ sent: counted, served: counted, failed: counts, latency: counts, lag: counts });
const window = z.extend(tally, { fromMs: z.number(), toMs: z.number(), outstanding: counted });
const seen = z.object({ count: counted, firstMs: z.number(), lastMs: z.number() });
const span = z.object({
  tally,
  downMs: z.number(),
  recoveryMs: z.number(),
  versions: z.record(z.string(), seen),
});
const report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('window'), window }),
  z.object({ type: z.literal('span'), number: z.int(), span }),
  z.object({ type: z.literal('ended') }),
]);

const read = <Schema extends z.ZodMiniType>(schema: Schema, message: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`not understood: ${issue?.path.join('.')}: ${issue?.message}`);
};

/** Throws an Error that names the place. */
export const readRequest = (message: unknown): TrafficRequest => read(request, message) as TrafficRequest;

/** Throws an Error that names the place. */
export const readReport = (message: unknown): TrafficReport => read(report, message) as TrafficReport;
