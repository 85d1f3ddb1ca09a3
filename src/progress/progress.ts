import type { Attempt } from '../quiz/question-state.ts';
import type { Score } from '../quiz/score.ts';

/** The shape below. Whatever changes it, even by one field, raises it and adds a migration to `schema.ts`. */
export const VERSION = 2;

/** What one learner has done. Times are milliseconds since 1970. */
export interface Progress {
  version: typeof VERSION;
  /** Decides the order of options and the given numbers. */
  seed: number;
  /** By `Course.id`. */
  courses: Record<string, CourseProgress>;
}

/**
 * A reset raises the epoch of what it empties. When two tutors are merged, the higher epoch wins whole, so
 * what was done before a reset cannot come back from the other one.
 */
interface Resettable {
  epoch: number;
}

/** By file: `lessons/01-user-story.md`. */
export interface CourseProgress extends Resettable {
  lessons: Record<string, LessonProgress>;
  quizzes: Record<string, QuizProgress>;
}

export interface LessonProgress extends Resettable {
  /** By step id; a step that was never on screen has no entry. */
  steps: Record<string, StepProgress>;
  reviews?: Reviews;
}

/** By question, which is the id of its section, then by a unique id. */
export type Reviews = Record<string, Record<string, Sitting>>;

/** One time that a question was asked again, with every try. */
export interface Sitting {
  at: number;
  attempts: Attempt[];
}

export interface StepProgress {
  /** The last time. */
  seenAt: number;
  /** The first time. */
  doneAt?: number;
  /** The first answer, which is the one that counts. */
  prediction?: { option: string; right: boolean; at: number };
}

export interface QuizProgress extends Resettable {
  /** By run id, which is unique. */
  runs: Record<string, QuizRun>;
  reviews?: Reviews;
  /** The first one. */
  pretest?: Pretest;
  /** By section id: the first time that each was passed. */
  challenges?: Record<string, ChallengePass>;
}

/** What was known before the lessons. */
export interface Pretest {
  at: number;
  /** The questions that were drawn; one without an attempt was not known. None at all: not wanted. */
  questions: Record<string, Attempt | null>;
}

export interface ChallengePass extends ChallengeEvidence {
  at: number;
}

/** What shows that a challenge was passed. */
export interface ChallengeEvidence {
  /** Id of the run on the stack. */
  run: string;
  /** What was measured, by goal or name: `availability >= 99%` to `99.8 %`. */
  measurements: Record<string, string | number>;
}

/** A run without `finished` was left half-way. */
export interface QuizRun {
  startedAt: number;
  seed: number;
  practice: boolean;
  /** By question id. */
  answers: Record<string, TimedAttempt[]>;
  finished?: FinishedRun;
}

interface TimedAttempt extends Attempt {
  at: number;
}

export interface FinishedRun extends Score {
  at: number;
}

export function emptyProgress(seed: number): Progress {
  return { version: VERSION, seed, courses: {} };
}

export const emptyCourse: CourseProgress = { epoch: 0, lessons: {}, quizzes: {} };
export const emptyLesson: LessonProgress = { epoch: 0, steps: {} };
export const emptyQuiz: QuizProgress = { epoch: 0, runs: {} };

/** Ids come from a course, and one may be called `constructor`. */
export function entry<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function courseProgress(progress: Progress, course: string): CourseProgress {
  return entry(progress.courses, course) ?? emptyCourse;
}

export function lessonProgress(progress: Progress, course: string, file: string): LessonProgress {
  return entry(courseProgress(progress, course).lessons, file) ?? emptyLesson;
}

export function quizProgress(progress: Progress, course: string, file: string): QuizProgress {
  return entry(courseProgress(progress, course).quizzes, file) ?? emptyQuiz;
}

/** The run to go on with: the last one begun, if it was left half-way. */
export function openRun(quiz: QuizProgress): { id: string; run: QuizRun } | undefined {
  const scored = Object.entries(quiz.runs).filter(([, run]) => !run.practice);
  const last = scored.sort(([, a], [, b]) => a.startedAt - b.startedAt).at(-1);
  return last && last[1].finished === undefined ? { id: last[0], run: last[1] } : undefined;
}

/** The complete runs that count, oldest first. */
export function finishedRuns(quiz: QuizProgress): FinishedRun[] {
  return Object.values(quiz.runs)
    .flatMap(run => (run.practice || !run.finished ? [] : [run.finished]))
    .sort((a, b) => a.at - b.at);
}
