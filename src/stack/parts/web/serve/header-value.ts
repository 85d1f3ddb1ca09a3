/**
 * Text as the value of a header: a decoded path can hold line ends, with which a client could write headers of
 * its own, and letters that have to travel as UTF-8.
 */
export const headerValue = (text: string): string => {
  if (!/[^\t\x20-\x7e\x80-\xff]/.test(text)) return text;
  const safe = text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, encodeURIComponent);
  return /[^\x00-\xff]/.test(safe) ? Buffer.from(safe, 'utf8').toString('latin1') : safe;
};
