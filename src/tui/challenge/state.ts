import type { Grade, TaskRun } from '../../lab/challenge/run.ts';

/** Where somebody is with a challenge; what came of it is kept with the answers of the quiz. */
export interface TaskView {
  /** `setup`: the world is put back and broken. `prompt`: the lab has the screen. */
  at: 'text' | 'setup' | 'prompt';
  /** How the setup goes. */
  progress?: string;
  /** Why there is no run. */
  error?: string;
  run?: TaskRun;
  /** Of this run. */
  grade?: Grade;
}

export type TaskAction =
  | { type: 'begin' }
  | { type: 'progress'; progress: string }
  | { type: 'began'; run: TaskRun }
  | { type: 'failed'; error: string }
  | { type: 'graded'; grade: Grade }
  | { type: 'show'; at: 'text' | 'prompt' };

export const startView: TaskView = { at: 'text' };

export const taskReducer = (view: TaskView, action: TaskAction): TaskView => {
  switch (action.type) {
    case 'begin':
      return { at: 'setup' };
    case 'progress':
      return view.at === 'setup' ? { ...view, progress: action.progress } : view;
    case 'began':
      return { at: 'prompt', run: action.run };
    case 'failed':
      return { at: 'text', error: action.error };
    case 'graded':
      // Whoever has started anew meanwhile is graded anew.
      if (action.grade.runId !== view.run?.id) return view;
      return { ...view, grade: action.grade, at: action.grade.passed ? 'text' : view.at };
    case 'show':
      return { ...view, at: action.at === 'prompt' && !view.run ? 'text' : action.at };
  }
};
