export type Screen =
  | { name: 'home' }
  | { name: 'lessons' }
  | { name: 'lesson'; lesson: string; step?: string }
  | { name: 'quizzes' }
  /** `only`: practice of these questions, which does not count. */
  | { name: 'quiz'; quiz: string; only?: readonly string[] }
  /** What is known before the first lesson of a unit; then it leads to the lesson. */
  | { name: 'pretest'; lesson: string; step?: string }
  | { name: 'review' }
  | { name: 'progress' }
  | { name: 'glossary' }
  | { name: 'lab' };

export interface Navigation {
  /** Where the learner came from, home first; never empty. */
  trail: readonly [Screen, ...Screen[]];
  help: boolean;
  /** The glossary lies over the screen, which goes on below it. */
  glossary: boolean;
  /** Counts the screens opened, so that the same one opened again begins anew. */
  opened: number;
}

export type NavigationAction =
  | { type: 'open'; screen: Screen }
  /** Takes the place of the current screen. */
  | { type: 'replace'; screen: Screen }
  | { type: 'back' }
  | { type: 'help'; open: boolean }
  | { type: 'glossary'; open: boolean };

const home: Screen = { name: 'home' };

export const startAt = (screen: Screen): Navigation => ({
  trail: screen.name === 'home' ? [home] : [home, screen],
  help: false,
  glossary: false,
  opened: 0,
});

export const currentScreen = ({ trail }: Navigation): Screen => trail.at(-1) ?? home;

const without = ([first, ...rest]: Navigation['trail']): Navigation['trail'] => [first, ...rest.slice(0, -1)];

export const navigate = (state: Navigation, action: NavigationAction): Navigation => {
  switch (action.type) {
    case 'open':
      return {
        trail: [...state.trail, action.screen],
        help: false,
        glossary: false,
        opened: state.opened + 1,
      };
    case 'replace':
      return navigate({ ...state, trail: without(state.trail) }, { type: 'open', screen: action.screen });
    case 'back':
      if (state.help) return { ...state, help: false };
      if (state.glossary) return { ...state, glossary: false };
      return { ...state, trail: without(state.trail) };
    case 'help':
      return { ...state, help: action.open };
    case 'glossary':
      return { ...state, glossary: action.open, help: false };
  }
};
