import type { Term } from './model.ts';
import { plainText } from './plain-text.ts';

/** The words in whose name or explanation the sought text stands, those with it in their name first. */
export const searchGlossary = (glossary: readonly Term[], sought: string): Term[] => {
  const wanted = sought.trim().toLowerCase();
  const inName = ({ term, id }: Term) => `${plainText(term)} ${id}`.toLowerCase().includes(wanted);
  const inText = ({ markdown }: Term) => plainText(markdown).toLowerCase().includes(wanted);
  return [...glossary.filter(inName), ...glossary.filter(term => !inName(term) && inText(term))];
};
