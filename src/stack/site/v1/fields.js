// What people type into forms.

/** Without control characters and without space around it; line breaks stay in texts of several lines. */
export const clean = (text = '') =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\n]/gu, ' ')
    .trim();

export const cleanLine = text => clean(text).replace(/\s+/g, ' ');

/** A sentence for the visitor when the text has not between 1 and `limit` characters. */
export const complaint = (what, text, limit) => {
  if (text === '') return `Please write ${what}.`;
  if (text.length > limit) return `Please keep ${what} to ${limit} characters; it has ${text.length}.`;
  return undefined;
};
