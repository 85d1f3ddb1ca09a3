import type { Attempt } from '../quiz/question-state.ts';
import type { Score } from '../quiz/score.ts';
import {
  type ChallengeEvidence,
  type CourseProgress,
  courseProgress,
  emptyCourse,
  emptyLesson,
  emptyQuiz,
  entry,
  type LessonProgress,
  type Pretest,
  type Progress,
  type QuizProgress,
  type QuizRun,
  type Reviews,
  type StepProgress,
} from './progress.ts';

/** `course` is `Course.id`, `file` the lesson's or quiz's file, `at` milliseconds since 1970. */
export type ProgressEvent = { course: string; at: number } & (
  | { type: 'step-seen'; file: string; step: string }
  | { type: 'step-done'; file: string; step: string }
  | { type: 'predicted'; file: string; step: string; option: string; right: boolean }
  /** `run` is a unique id that the caller draws. */
  | { type: 'run-started'; file: string; run: string; seed: number; practice: boolean }
  | { type: 'answered'; file: string; run: string; question: string; attempt: Attempt }
  | { type: 'run-finished'; file: string; run: string; score: Score }
  /** `sitting` is a unique id that the caller draws. */
  | {
      type: 'reviewed';
      of: 'lesson' | 'quiz';
      file: string;
      question: string;
      sitting: string;
      attempts: Attempt[];
    }
  | { type: 'pretested'; file: string; questions: Pretest['questions'] }
  /** `question` is the id of the challenge's section. */
  | { type: 'challenge-passed'; file: string; question: string; evidence: ChallengeEvidence }
  | { type: 'lesson-reset'; file: string }
  | { type: 'quiz-reset'; file: string }
  | { type: 'course-reset' }
);

export function applyEvents(progress: Progress, events: readonly ProgressEvent[]): Progress {
  return events.reduce(applyEvent, progress);
}

export function applyEvent(progress: Progress, event: ProgressEvent): Progress {
  const course = applyToCourse(courseProgress(progress, event.course), event);
  return { ...progress, courses: { ...progress.courses, [event.course]: course } };
}

function applyToCourse(course: CourseProgress, event: ProgressEvent): CourseProgress {
  switch (event.type) {
    case 'course-reset':
      return { ...emptyCourse, epoch: course.epoch + 1 };
    case 'lesson-reset':
      return onLesson(course, event.file, lesson => ({ ...emptyLesson, epoch: lesson.epoch + 1 }));
    case 'quiz-reset':
      return onQuiz(course, event.file, quiz => ({ ...emptyQuiz, epoch: quiz.epoch + 1 }));
    case 'step-seen':
      return onStep(course, event, step => step);
    case 'step-done':
      return onStep(course, event, step => ({ ...step, doneAt: step.doneAt ?? event.at }));
    case 'predicted': {
      const { option, right, at } = event;
      return onStep(course, event, step => ({
        ...step,
        prediction: step.prediction ?? { option, right, at },
      }));
    }
    case 'run-started': {
      const { seed, practice } = event;
      return onRun(course, event, run => run ?? { startedAt: event.at, seed, practice, answers: {} });
    }
    case 'answered': {
      const attempt = { ...event.attempt, at: event.at };
      return onRun(course, event, run => {
        if (!run) return undefined;
        const attempts = entry(run.answers, event.question) ?? [];
        return { ...run, answers: { ...run.answers, [event.question]: [...attempts, attempt] } };
      });
    }
    case 'run-finished': {
      const finished = { ...event.score, at: event.at };
      return onRun(course, event, run => run && { ...run, finished: run.finished ?? finished });
    }
    case 'reviewed':
      return event.of === 'lesson'
        ? onLesson(course, event.file, lesson => ({ ...lesson, reviews: withReview(lesson.reviews, event) }))
        : onQuiz(course, event.file, quiz => ({ ...quiz, reviews: withReview(quiz.reviews, event) }));
    case 'pretested': {
      const { at, questions } = event;
      return onQuiz(course, event.file, quiz => ({ ...quiz, pretest: quiz.pretest ?? { at, questions } }));
    }
    case 'challenge-passed': {
      const passed = { ...event.evidence, at: event.at };
      return onQuiz(course, event.file, quiz => ({
        ...quiz,
        challenges: {
          ...quiz.challenges,
          [event.question]: entry(quiz.challenges ?? {}, event.question) ?? passed,
        },
      }));
    }
  }
}

function withReview(
  reviews: Reviews = {},
  { question, sitting, at, attempts }: Extract<ProgressEvent, { type: 'reviewed' }>,
): Reviews {
  const before = entry(reviews, question) ?? {};
  const kept = entry(before, sitting) ?? { at, attempts };
  return { ...reviews, [question]: { ...before, [sitting]: kept } };
}

function onLesson(
  course: CourseProgress,
  file: string,
  change: (lesson: LessonProgress) => LessonProgress,
): CourseProgress {
  const lesson = change(entry(course.lessons, file) ?? emptyLesson);
  return { ...course, lessons: { ...course.lessons, [file]: lesson } };
}

function onStep(
  course: CourseProgress,
  { file, step, at }: { file: string; step: string; at: number },
  change: (step: StepProgress) => StepProgress,
): CourseProgress {
  return onLesson(course, file, lesson => {
    const before = entry(lesson.steps, step);
    const seen = { ...before, seenAt: Math.max(at, before?.seenAt ?? at) };
    return { ...lesson, steps: { ...lesson.steps, [step]: change(seen) } };
  });
}

function onQuiz(
  course: CourseProgress,
  file: string,
  change: (quiz: QuizProgress) => QuizProgress,
): CourseProgress {
  const quiz = change(entry(course.quizzes, file) ?? emptyQuiz);
  return { ...course, quizzes: { ...course.quizzes, [file]: quiz } };
}

/** Answers to a run that a reset has taken away are dropped: half a run could never be finished. */
function onRun(
  course: CourseProgress,
  { file, run }: { file: string; run: string },
  change: (run: QuizRun | undefined) => QuizRun | undefined,
): CourseProgress {
  return onQuiz(course, file, quiz => {
    const changed = change(entry(quiz.runs, run));
    return changed ? { ...quiz, runs: { ...quiz.runs, [run]: changed } } : quiz;
  });
}
