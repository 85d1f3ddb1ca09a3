import type { Expectation, Goal, LabLine } from '../lab/language.ts';
import type { TopologyName } from '../stack/topology.ts';

/** What an author has to mend; printed as `file:line: message`. */
export interface Problem {
  file: string;
  line: number;
  message: string;
}

export interface Course {
  /** Progress is kept under it: `built-in`, or the real path of the folder. */
  id: string;
  dir: string;
  lessons: Lesson[];
  quizzes: Quiz[];
  /** The words of the course, by the alphabet; nothing where the course has no `glossary.md`. */
  glossary?: Term[];
  /** The bank, in the order of `misconceptions.md`; nothing where the course has no such file. */
  misconceptions?: Misconception[];
}

/** A wrong belief that options stand for, and what is right about it. */
export interface Misconception {
  /** `P4`, as it stands behind an option's id. */
  id: string;
  line: number;
  /** Markdown of one sentence: what somebody believes. */
  belief: string;
  /** Markdown of one sentence: what is right. */
  right: string;
}

/** A word of the glossary. */
export interface Term {
  id: string;
  line: number;
  /** Inline Markdown. */
  term: string;
  /** Markdown of a sentence or two. */
  markdown: string;
  /** The steps that teach it, the first one foremost. */
  taughtBy: TaughtBy[];
}

interface CourseFile {
  /** Path relative to the course, with `/`: `lessons/01-user-story.md`. */
  file: string;
  /** The name that people type, without folder, number and ending: `user-story`. */
  id: string;
  title: string;
  minutes: number;
  objectives: string[];
  /** For each objective the ids of the file's sections that serve it; nothing where it names none. */
  objectiveSections?: string[][];
  stack: TopologyName;
}

export interface Lesson extends CourseFile {
  steps: Step[];
}

export interface Quiz extends CourseFile {
  /** Share of the points that passes, 0 to 1. */
  pass: number;
  questions: Step[];
}

/** One `##` section: a step of a lesson, or a question of a quiz. */
export interface Step {
  id: string;
  title: string;
  line: number;
  /** In the order of the file; what stands behind a lab block is shown after it has run. */
  items: StepItem[];
  /** Of a question in a quiz: the steps that teach it, the first one foremost. */
  taughtBy?: TaughtBy[];
}

/** A step of a lesson, by the ids of both. */
export interface TaughtBy {
  lesson: string;
  step: string;
  line: number;
}

export type StepItem =
  | { kind: 'text'; markdown: string; line: number }
  | { kind: 'question'; question: Question }
  | { kind: 'lab'; lab: LabBlock }
  | { kind: 'hint'; markdown: string; line: number }
  | { kind: 'challenge'; challenge: Challenge };

export interface LabBlock {
  line: number;
  /** Keeps the world of the step's previous block. */
  continues: boolean;
  /** What the world is put back to before it, unless it continues. */
  stack: TopologyName;
  lines: LabLine[];
}

interface QuestionBase {
  line: number;
  /** Markdown of the paragraph, without its `**Choose:**`. */
  prompt: string;
  /** Behind an order, match, numeric or text block. */
  explanation?: string;
}

export interface Option {
  id: string;
  markdown: string;
  correct: boolean;
  explanation?: string;
  /** `P4`: the entry of the bank of misconceptions that it stands for. */
  misconception?: string;
  /** Of a prediction's options: what the stack would have to answer. */
  expectation?: Expectation;
}

/** `min`..`max` in steps of `step`, drawn by the learner's seed. */
export interface Given {
  name: string;
  min: number;
  max: number;
  step: number;
}

export type Question =
  | (QuestionBase & { kind: 'choice'; options: Option[] })
  | (QuestionBase & { kind: 'multiple'; options: Option[] })
  | (QuestionBase & { kind: 'prediction'; options: Option[] })
  /** In the right order. */
  | (QuestionBase & { kind: 'order'; options: { id: string; markdown: string }[] })
  | (QuestionBase & {
      kind: 'match';
      heads: [string, string];
      pairs: { id: string; left: string; right: string }[];
    })
  | (QuestionBase & { kind: 'numeric'; given: Given[]; formula: string; tolerance: number; unit: string })
  /** Any of the accepted texts, compared without case, surrounding space and final dot. */
  | (QuestionBase & { kind: 'text'; accepted: string[] })
  /** What a quiz asks where a section has a challenge. */
  | (QuestionBase & { kind: 'challenge'; challenge: Challenge });

/** A task on the running stack; what its goals measure is defined by the lab. */
export interface Challenge {
  line: number;
  goals: { line: number; text: string; goal: Goal }[];
  hints: { line: number; when: Expectation; text: string }[];
  /** The topology that the world is put back to before the setup. */
  stack: TopologyName;
  setup: LabLine[];
  solution: LabLine[];
  /** `lesson`: why it is not enough, the comment that it begins with. */
  nearMisses: { line: number; lines: LabLine[]; lesson?: string }[];
}
