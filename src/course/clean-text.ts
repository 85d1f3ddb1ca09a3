// What a terminal acts on (C0, C1, DEL), what reorders or hides text (bidi embeddings, overrides and isolates,
// soft hyphen, a byte order mark inside the text), and what breaks a line behind marked's back (U+2028, U+2029).
const unsafe = /[\p{Cc}--[\n\t]]|[\u202A-\u202E\u2066-\u2069\u2028\u2029\uFEFF\u00AD]/v;
const unsafeEverywhere = new RegExp(unsafe, 'gv');

/** Text without anything that a terminal would act on; newline and tab stay. */
export const cleanText = (text: string): string => text.toWellFormed().replace(unsafeEverywhere, '');

export const isClean = (text: string): boolean => text.isWellFormed() && !unsafe.test(text);

/** `U+001B`, or nothing when the line is clean. */
export const unsafeCharacter = (line: string): string | undefined => {
  const found = unsafe.exec(line)?.[0].codePointAt(0);
  return found === undefined ? undefined : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
};

/** One newline per line end as marked counts them, and no byte order mark at the start. */
export const normaliseLines = (source: string): string =>
  source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
