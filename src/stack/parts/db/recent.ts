/** What was made from a text lately, so that it need not be made again. */
export interface Recent<T> {
  get(text: string): T;
  forget(): void;
}

/** Keeps the `most` that were used last. What is made from texts over `longest` is seldom wanted twice, and big. */
export const recent = <T>(
  { most, longest }: { most: number; longest: number },
  make: (text: string) => T,
): Recent<T> => {
  let known = new Map<string, T>();
  return {
    get: text => {
      const found = known.get(text);
      // Used last goes last, so that the first is the one to forget.
      if (found) known.delete(text);
      const value = found ?? make(text);
      if (text.length > longest) return value;
      if (known.size >= most) known.delete(known.keys().next().value ?? '');
      known.set(text, value);
      return value;
    },
    forget: () => {
      known = new Map();
    },
  };
};
