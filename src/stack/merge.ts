interface Texts {
  /** What is there, perhaps edited. */
  present: string;
  /** What both others began as. */
  before: string;
  /** What it is to become. */
  after: string;
}

/** The edits and the change together, line by line (diff3(1)); nothing where both touch the same lines. */
export const merged = async ({ present, before, after }: Texts): Promise<string | undefined> => {
  if (present === before) return after;
  if (before === after) return present;
  const { merge } = await import('node-diff3');
  const lines = (text: string): string[] => text.split('\n');
  const { conflict, result } = merge(lines(present), lines(before), lines(after), {
    excludeFalseConflicts: true,
  });
  return conflict ? undefined : result.join('\n');
};
