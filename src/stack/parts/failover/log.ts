import { appendFileSync } from 'node:fs';

/** Opened for every line, so that the file may be emptied or removed while the process runs. */
export const openLog =
  (file: string) =>
  (text: string): void => {
    try {
      appendFileSync(
        file,
        `${new Date().toISOString()} ${text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')}\n`,
      );
    } catch {
      // A full disk must not keep the site from being saved.
    }
  };
