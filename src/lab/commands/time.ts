const unitsMs = { ms: 1, s: 1000, m: 60_000 } as const;

/** Milliseconds of `500ms`, `2s` or `1.5m`; nothing when it is not a time. */
export const readTime = (text: string): number | undefined => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(number) * unitsMs[unit as keyof typeof unitsMs];
};
