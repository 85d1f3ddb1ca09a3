import { access } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { nearest } from '../../lab/nearest.ts';
import { cleanText, normaliseLines } from '../clean-text.ts';
import type { Problem } from '../model.ts';
import { cutFrontMatter } from '../parse-front-matter.ts';
import { lex, place, walk } from '../tokens.ts';
import { meant } from './files.ts';

/** Where links may lead: the folder, and of each file that has ids, those. */
export interface Targets {
  dir: string;
  ids: ReadonlyMap<string, readonly string[]>;
}

interface Link {
  href: string;
  line: number;
}

const linksIn = (source: string): Link[] => {
  const { body, bodyLine } = cutFrontMatter(normaliseLines(source));
  return place(lex(body), bodyLine)
    .flatMap(walk)
    .flatMap(({ token, line }) =>
      token.type === 'link' || token.type === 'image' ? [{ href: token.href, line }] : [],
    );
};

/** Links of a file that lead nowhere. Addresses elsewhere are not asked: only their form is looked at. */
export const checkLinks = async (file: string, source: string, targets: Targets): Promise<Problem[]> => {
  const problems = linksIn(source).map(async ({ href, line }): Promise<Problem[]> => {
    const wrong = await wrongWith(href, file, targets);
    return wrong === undefined
      ? []
      : [{ file, line, message: cleanText(`the link to "${href}" leads nowhere, ${wrong}`) }];
  });
  return (await Promise.all(problems)).flat();
};

const wrongWith = async (href: string, file: string, { dir, ids }: Targets): Promise<string | undefined> => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https')
    return URL.canParse(href) ? undefined : 'expected an address such as https://example.com/page';
  if (scheme === 'mailto') return undefined;
  if (scheme !== undefined || href.startsWith('/'))
    return 'expected https://... or a path relative to this file';
  const [path = '', anchor] = href.split('#');
  const target = path === '' ? file : posix.join(posix.dirname(file), decode(path.replace(/\?.*$/, '')));
  const exists = await access(join(dir, target)).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const near = target.endsWith('.md') ? nearest(target, [...ids.keys()]) : undefined;
    return `there is no ${target}${meant(near)}`;
  }
  const known = ids.get(target);
  if (!anchor || !known || known.includes(anchor)) return undefined;
  return `${target} has no section {#${anchor}}${meant(nearest(anchor, known))}`;
};

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
