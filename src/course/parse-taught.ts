import { posix } from 'node:path';
import type { MarkedToken, Tokens } from 'marked';
import { fileId } from './ids.ts';
import type { TaughtBy } from './model.ts';
import type { Report } from './report.ts';
import type { Placed } from './tokens.ts';

const begin = 'Taught in ';
const example = 'expected such as Taught in [The web server](../lessons/04-web-server.md#role).';

/** Whether it is the paragraph of a question that names the steps which teach it. */
export const isTaughtLine = ({ token }: Placed<Tokens.Paragraph>): boolean =>
  token.raw.startsWith(begin) && token.tokens.some(({ type }) => type === 'link');

/** Reads `Taught in [title](../lessons/04-web-server.md#role), [...](...) and [...](...).` in `file`. */
export const parseTaught = (
  { token, line }: Placed<Tokens.Paragraph>,
  file: string,
  report: Report,
): TaughtBy[] => {
  let before = '';
  return (token.tokens as MarkedToken[]).flatMap(span => {
    const at = line + before.split('\n').length - 1;
    const first = before === '';
    before += span.raw;
    if (span.type === 'link') return stepOf(span.href, file, at, report) ?? [];
    const words = first ? span.raw.slice(begin.length) : span.raw;
    if (!/^(\s|,|and|\.$)*$/.test(words))
      report(at, `"${words.trim()}" stands between the links, ${example}`);
    return [];
  });
};

const stepOf = (href: string, file: string, line: number, report: Report): TaughtBy | undefined => {
  const [path = '', step] = href.split('#');
  const target = posix.join(posix.dirname(file), path);
  if (step && /^lessons\/[^/]+\.md$/.test(target)) return { lesson: fileId(target), step, line };
  report(line, `the link to "${href}" names no step of a lesson, ${example}`);
  return undefined;
};
