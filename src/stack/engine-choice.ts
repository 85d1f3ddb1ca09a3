export const engineChoices = ['auto', 'embedded', 'installed'] as const;

/** `auto`: installed programs where they are found and work, otherwise the embedded ones. */
export type EngineChoice = (typeof engineChoices)[number];

export const defaultEngine: EngineChoice = 'auto';
