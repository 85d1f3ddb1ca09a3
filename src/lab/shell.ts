/** One word for a POSIX shell (and for bash, zsh and fish), whatever it contains. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A command line that can be pasted into a terminal. */
export const shellLine = (...words: readonly (string | number)[]): string =>
  words.map(word => shellWord(String(word))).join(' ');

/** What opens the learner's own shell at the prompt of the lab; no command of the language, which scripts speak. */
export const ownShellWords: readonly string[] = ['s', 'shell'];
