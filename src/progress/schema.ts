// The small build: the methods of the other one weigh six times as much, and this file loads at every start.
import * as z from 'zod/mini';
import { type Progress, VERSION } from './progress.ts';

/*
 * Why not conf's migrations: they are keyed by the program's version, run in the constructor before any lock
 * is held, and know no answer to a file from a newer program, which must be kept as it is.
 */

/** From the version in the key to the next one. */
export type Migrations = Readonly<Record<number, (document: object) => object>>;

const MIGRATIONS: Migrations = {
  // Reviews, pretests and challenges came; what has none of them is still whole.
  1: document => ({ ...document, version: 2 }),
};

export type Reading =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'newer'; version: number }
  /** `reason` names the place in the document. */
  | { kind: 'corrupt'; reason: string };

/** Parsed JSON to progress of today's version. */
export function readDocument(document: unknown, migrations: Migrations = MIGRATIONS): Reading {
  const versioned = z.looseObject({ version: z.int() }).safeParse(document);
  if (!versioned.success) return { kind: 'corrupt', reason: 'it has no version' };
  const { version } = versioned.data;
  if (version > VERSION) return { kind: 'newer', version };
  let current: object = versioned.data;
  for (let from = version; from < VERSION; from++) {
    const migrate = migrations[from];
    if (!migrate) return { kind: 'corrupt', reason: `nothing is known about version ${from}` };
    current = migrate(current);
  }
  const parsed = progress.safeParse(current);
  if (parsed.success) return { kind: 'progress', progress: parsed.data };
  const issue = parsed.error.issues[0];
  return { kind: 'corrupt', reason: `${issue?.path.join('.')}: ${issue?.message}` };
}

const id = z.string();
const time = z.number();
const epoch = z.int().check(z.nonnegative());

const answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('choice'), option: id }),
  z.object({ kind: z.literal('multiple'), options: z.array(id) }),
  z.object({ kind: z.literal('prediction'), option: id }),
  z.object({ kind: z.literal('order'), options: z.array(id) }),
  z.object({ kind: z.literal('match'), pairs: z.record(id, id) }),
  z.object({ kind: z.literal('numeric'), text: z.string() }),
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('challenge'), passed: z.boolean() }),
]);

const attempt = z.object({ answer, right: z.boolean() });
const reviews = z.record(id, z.record(id, z.object({ at: time, attempts: z.array(attempt) })));

const step = z.object({
  seenAt: time,
  doneAt: z.exactOptional(time),
  prediction: z.exactOptional(z.object({ option: id, right: z.boolean(), at: time })),
});

const run = z.object({
  startedAt: time,
  seed: z.number(),
  practice: z.boolean(),
  answers: z.record(id, z.array(z.object({ answer, right: z.boolean(), at: time }))),
  finished: z.exactOptional(
    z.object({ at: time, points: z.number(), outOf: z.number(), share: z.number(), passed: z.boolean() }),
  ),
});

const challenge = z.object({
  at: time,
  run: z.string(),
  measurements: z.record(z.string(), z.union([z.string(), z.number()])),
});

const course = z.object({
  epoch,
  lessons: z.record(
    z.string(),
    z.object({ epoch, steps: z.record(id, step), reviews: z.exactOptional(reviews) }),
  ),
  quizzes: z.record(
    z.string(),
    z.object({
      epoch,
      runs: z.record(id, run),
      reviews: z.exactOptional(reviews),
      pretest: z.exactOptional(z.object({ at: time, questions: z.record(id, z.nullable(attempt)) })),
      challenges: z.exactOptional(z.record(id, challenge)),
    }),
  ),
});

const progress: z.ZodMiniType<Progress> = z.object({
  version: z.literal(VERSION),
  seed: z.number(),
  courses: z.record(z.string(), course),
});
