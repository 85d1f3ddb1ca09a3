import {
  type CourseProgress,
  type LessonProgress,
  type Progress,
  type QuizProgress,
  type QuizRun,
  type Reviews,
  type StepProgress,
  VERSION,
} from './progress.ts';

/**
 * What both know: commutative, associative and idempotent, so it does not matter in which order, or how
 * often, tutors that ran at the same time are brought together.
 */
export function merge(a: Progress, b: Progress): Progress {
  return {
    version: VERSION,
    // Two tutors that both started for the first time drew one each.
    seed: Math.min(a.seed, b.seed),
    courses: mergeRecords(a.courses, b.courses, mergeCourses),
  };
}

function mergeCourses(a: CourseProgress, b: CourseProgress): CourseProgress {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch ? a : b;
  return {
    epoch: a.epoch,
    lessons: mergeRecords(a.lessons, b.lessons, mergeLessons),
    quizzes: mergeRecords(a.quizzes, b.quizzes, mergeQuizzes),
  };
}

function mergeLessons(a: LessonProgress, b: LessonProgress): LessonProgress {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch ? a : b;
  const reviews = either(a.reviews, b.reviews, mergeReviews);
  return {
    epoch: a.epoch,
    steps: mergeRecords(a.steps, b.steps, mergeSteps),
    ...(reviews !== undefined && { reviews }),
  };
}

function mergeQuizzes(a: QuizProgress, b: QuizProgress): QuizProgress {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch ? a : b;
  const reviews = either(a.reviews, b.reviews, mergeReviews);
  const pretest = either(a.pretest, b.pretest, earlier);
  const challenges = either(a.challenges, b.challenges, (ours, theirs) =>
    mergeRecords(ours, theirs, earlier),
  );
  return {
    epoch: a.epoch,
    runs: mergeRecords(a.runs, b.runs, mergeRuns),
    ...(reviews !== undefined && { reviews }),
    ...(pretest !== undefined && { pretest }),
    ...(challenges !== undefined && { challenges }),
  };
}

function mergeReviews(a: Reviews, b: Reviews): Reviews {
  return mergeRecords(a, b, (ours, theirs) => mergeRecords(ours, theirs, earlier));
}

function mergeSteps(a: StepProgress, b: StepProgress): StepProgress {
  const doneAt = either(a.doneAt, b.doneAt, Math.min);
  const prediction = either(a.prediction, b.prediction, earlier);
  return {
    seenAt: Math.max(a.seenAt, b.seenAt),
    ...(doneAt !== undefined && { doneAt }),
    ...(prediction !== undefined && { prediction }),
  };
}

function mergeRuns(a: QuizRun, b: QuizRun): QuizRun {
  const finished = either(a.finished, b.finished, earlier);
  return {
    startedAt: Math.min(a.startedAt, b.startedAt),
    seed: Math.min(a.seed, b.seed),
    practice: a.practice || b.practice,
    answers: mergeRecords(a.answers, b.answers, longer),
    ...(finished !== undefined && { finished }),
  };
}

/** Attempts are only ever added, so the longer list holds the shorter one. */
function longer<T>(a: T[], b: T[]): T[] {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return firstInText(a, b);
}

function earlier<T extends { at: number }>(a: T, b: T): T {
  if (a.at !== b.at) return a.at < b.at ? a : b;
  return firstInText(a, b);
}

/** An arbitrary choice between two that contradict each other, but the same one whoever makes it. */
function firstInText<T>(a: T, b: T): T {
  return JSON.stringify(a) <= JSON.stringify(b) ? a : b;
}

function either<T>(a: T | undefined, b: T | undefined, join: (a: T, b: T) => T): T | undefined {
  return a !== undefined && b !== undefined ? join(a, b) : (a ?? b);
}

function mergeRecords<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  join: (a: T, b: T) => T,
): Record<string, T> {
  const merged = new Map(Object.entries(a));
  for (const [key, theirs] of Object.entries(b)) {
    const ours = merged.get(key);
    merged.set(key, ours === undefined ? theirs : join(ours, theirs));
  }
  return Object.fromEntries(merged);
}
