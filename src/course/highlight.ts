import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import http from 'highlight.js/lib/languages/http';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import nginx from 'highlight.js/lib/languages/nginx';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import type { Style } from './terminal-style.ts';

// Only the languages of the course: all of highlight.js costs more start-up time than everything else together.
const languages = { bash, http, javascript, json, nginx, sql, typescript };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);
hljs.registerAliases(['console', 'shell-session'], { languageName: 'bash' });

type Role = 'keyword' | 'literal' | 'name' | 'comment';

const roles: Readonly<Record<string, Role>> = {
  attr: 'name',
  attribute: 'name',
  built_in: 'name',
  comment: 'comment',
  keyword: 'keyword',
  literal: 'literal',
  meta: 'comment',
  number: 'literal',
  regexp: 'literal',
  string: 'literal',
  title: 'name',
  type: 'name',
  variable: 'name',
};

const piece = /<span class="hljs-([\w-]+)[^"]*">|<\/span>|[^<]+/g;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

// The result as HTML is all of it that highlight.js promises to keep; it escapes just these five characters.
const paint = (html: string, style: Style): string => {
  const open: (Role | undefined)[] = [];
  return [...html.matchAll(piece)]
    .map(([text, name]) => {
      if (text === '</span>') open.pop();
      else if (name !== undefined) open.push(roles[name]);
      else {
        const plain = text.replace(/&(amp|lt|gt|quot|#x27);/g, (_, entity: string) => entities[entity] ?? '');
        const role = open.findLast(found => found !== undefined);
        return role ? style[role](plain) : plain;
      }
      return '';
    })
    .join('');
};

/** The code in the colours of its language; without a known one, as it is. */
export const highlight = (code: string, { language, style }: { language: string; style: Style }): string =>
  hljs.getLanguage(language)
    ? paint(hljs.highlight(code, { language, ignoreIllegals: true }).value, style)
    : code;
