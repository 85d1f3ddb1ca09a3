import hljs, { type TreeNode } from 'highlight.js/lib/core.js';
import bash from 'highlight.js/lib/languages/bash.js';
import http from 'highlight.js/lib/languages/http.js';
import javascript from 'highlight.js/lib/languages/javascript.js';
import json from 'highlight.js/lib/languages/json.js';
import nginx from 'highlight.js/lib/languages/nginx.js';
import sql from 'highlight.js/lib/languages/sql.js';
import typescript from 'highlight.js/lib/languages/typescript.js';
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

const paint = (node: TreeNode | string, style: Style): string => {
  if (typeof node === 'string') return node;
  const text = node.children.map(child => paint(child, style)).join('');
  const role = node.kind === undefined ? undefined : roles[node.kind];
  return role ? style[role](text) : text;
};

/** The code in the colours of its language; without a known one, as it is. */
export const highlight = (code: string, { language, style }: { language: string; style: Style }): string => {
  if (!hljs.getLanguage(language)) return code;
  const { emitter } = hljs.highlight(code, { language, ignoreIllegals: true });
  return paint(emitter.rootNode, style);
};
