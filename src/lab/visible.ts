/**
 * Text that was written by others (logs, rows, scripts) must not drive the terminal: control characters and those
 * that turn the direction of writing show as `\u001b`, a tab as a space.
 */
export const visible = (text: string): string =>
  text
    .replaceAll('\t', ' ')
    .replace(
      /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
      character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
