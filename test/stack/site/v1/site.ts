import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { siteFolder } from '../../../../src/stack/entries.ts';
import type {
  SiteDatabase,
  SiteHandler,
  SiteModule,
  SiteRequest,
  SiteResponse,
  SqlValue,
} from '../../../../src/stack/parts/app/contract.ts';

const folder = siteFolder('v1');

/** A file of the site; what it exports is the caller's word. */
export const load = async <T>(file: string): Promise<T> => import(pathToFileURL(join(folder, file)).href);

/** Statements of schema.sql in their order. */
export const schema = async (): Promise<string[]> =>
  (await readFile(join(folder, 'schema.sql'), 'utf8'))
    .replaceAll(/^--.*$/gm, '')
    .split(';\n')
    .map(statement => statement.trim())
    .filter(Boolean);

export interface Recorded {
  sql: string;
  values: SqlValue[];
}

/** A database that answers by a function and remembers what it was asked. */
export const fakeDatabase = (
  answer: (sql: string, values: SqlValue[]) => Record<string, unknown>[] = () => [],
): SiteDatabase & { asked: Recorded[] } => {
  const asked: Recorded[] = [];
  return {
    asked,
    query: async (sql, values = []) => {
      asked.push({ sql, values });
      return answer(sql, values);
    },
  };
};

export type Browser = (
  method: string,
  path: string,
  request?: Partial<SiteRequest>,
) => Promise<SiteResponse & { headers: Record<string, string> }>;

/** The site on the given database, as a browser without a network would use it. */
export const browse = async (db: SiteDatabase): Promise<Browser> => {
  const { default: site } = await load<SiteModule>('app.js');
  const handler: SiteHandler = site({ db, server: 'server-1' });
  return async (method, path, request = {}) => {
    const { headers, ...response } = await handler({
      method,
      path,
      query: {},
      cookies: {},
      form: {},
      startedAt: performance.now(),
      ...request,
      headers: { host: 'www.foobar.com', ...request.headers },
    });
    return { ...response, headers: headers as Record<string, string> };
  };
};
