/** Lines typed before, oldest first, and the one shown now; past the last one stands what is being typed. */
export interface History {
  lines: readonly string[];
  at: number;
  draft: string;
}

export const historyOf = (lines: readonly string[]): History => ({ lines, at: lines.length, draft: '' });

const longest = 200;

/** Behind a line that was entered; the same line twice in a row is kept once. */
export const remember = ({ lines }: History, entered: string): History => {
  const all = entered === '' || lines.at(-1) === entered ? lines : [...lines, entered].slice(-longest);
  return historyOf(all);
};

/** One line back or forth; what was being typed is kept for the way back. */
export const recall = (history: History, by: -1 | 1, typed: string): { history: History; value: string } => {
  const { lines, at } = history;
  const draft = at === lines.length ? typed : history.draft;
  const to = Math.max(0, Math.min(lines.length, at + by));
  return { history: { lines, at: to, draft }, value: lines[to] ?? draft };
};

/** What all candidates begin with. */
export const commonStart = (candidates: readonly string[]): string =>
  candidates.reduce((shared, candidate) => {
    let length = 0;
    while (length < shared.length && shared[length] === candidate[length]) length++;
    return shared.slice(0, length);
  }, candidates[0] ?? '');
