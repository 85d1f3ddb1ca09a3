import type { Tokens } from 'marked';
import { splitAttributes } from './attributes.ts';
import { cleanText, normaliseLines } from './clean-text.ts';
import { slug } from './ids.ts';
import type { Problem, TaughtBy, Term } from './model.ts';
import { isTaughtLine, parseTaught } from './parse-taught.ts';
import { plainText } from './plain-text.ts';
import { lex, type Placed, place } from './tokens.ts';

/** It stands beside `lessons` and `quizzes`. */
export const glossaryFile = 'glossary.md';

const example = 'expected ## Word {#some-id} and a sentence or two below it';

/** Reads `## Word {#id}`, its explanation, and `Taught in [title](lessons/...#step).` Never throws. */
export const parseGlossary = (source: string): { glossary: Term[]; problems: Problem[] } => {
  const problems: Problem[] = [];
  const report = (line: number, message: string): void => {
    problems.push({ file: glossaryFile, line, message: cleanText(message) });
  };
  const terms: (Term & { blocks: Placed[] })[] = [];
  for (const block of place(lex(cleanText(normaliseLines(source))), 1)) {
    const { token, line } = block;
    if (token.type === 'heading' && token.depth === 2) {
      const { text: term, id = '' } = splitAttributes(token.text.trim(), line, report);
      if (id === '' || term === '') report(line, `"## ${term}" has no word or no id, ${example}`);
      const before = terms.find(other => other.id === id);
      if (before) report(line, `the id "${id}" is used in line ${before.line}, expected an id of its own`);
      terms.push({ id: id || slug(term), line, term, markdown: '', taughtBy: [], blocks: [] });
    } else terms.at(-1)?.blocks.push(block);
  }
  if (terms.length === 0) report(1, `the file has no words, ${example}`);
  const glossary = terms.map(({ blocks, ...term }): Term => {
    const taught = blocks.filter(isTaught);
    const markdown = blocks
      .filter(block => !isTaught(block))
      .map(({ token }) => token.raw)
      .join('')
      .trim();
    if (markdown === '') report(term.line, `"${term.term}" is not explained, ${example}`);
    const taughtBy = taught.flatMap((block): TaughtBy[] => parseTaught(block, glossaryFile, report));
    return { ...term, markdown, taughtBy };
  });
  return { glossary: glossary.toSorted(byWord), problems };
};

const isTaught = (block: Placed): block is Placed<Tokens.Paragraph> =>
  block.token.type === 'paragraph' && isTaughtLine({ token: block.token, line: block.line });

const byWord = (a: Term, b: Term): number =>
  plainText(a.term).localeCompare(plainText(b.term), 'en', { sensitivity: 'base' });
