import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Endpoint } from '../../address-book.ts';
import { mostWorkers } from '../../topology-changes.ts';
import type { AppSettings } from './contract.ts';
import { type Json, JsonError, readJson } from './json.ts';

/** The configuration cannot be obeyed; the message is one line: `FILE:LINE: what is expected, and what is there`. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

interface Rule {
  holds(value: Json | undefined): boolean;
  expected: string;
}

const whole = (from: number, to: number, why = ''): Rule => ({
  holds: value => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  expected: `a whole number from ${from} to ${to}${why}`,
});
const text: Rule = { holds: value => typeof value === 'string', expected: 'a text in quotation marks' };
const list: Rule = {
  holds: value => Array.isArray(value) && value.length > 0,
  expected: 'a list of at least one { "host": …, "port": … }',
};
const object: Rule = { holds: isObject, expected: '{ "host": …, "port": … }' };
/** Nothing outside of this machine is ever dialled. */
const host: Rule = {
  holds: value => typeof value === 'string' && /^(127(\.\d{1,3}){3}|::1)$/.test(value),
  expected: 'an address of this machine, such as "127.0.0.1"',
};

const settingRules: Record<keyof AppSettings, Rule> = {
  workers: whole(1, mostWorkers, ': as many as this server bears'),
  queue: whole(0, 100_000),
  serviceMs: whole(0, 60_000),
  databases: list,
  user: text,
  password: text,
  database: text,
};
const databaseRules: Record<keyof Endpoint, Rule> = { host, port: whole(1, 65_535) };

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As it is generated: a line for each thing that may change by itself, so that edits of others are kept. */
export const settingsText = ({ databases, ...settings }: AppSettings): string => {
  const { workers, queue, serviceMs, ...account } = settings;
  const fields = (values: object): string =>
    Object.entries(values)
      .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  const hosts = databases.map(({ host, port }) => `    { "host": ${JSON.stringify(host)}, "port": ${port} }`);
  const blocks = [
    fields({ workers }),
    fields({ queue, serviceMs }),
    `  "databases": [\n${hosts.join(',\n')}\n  ]`,
    fields(account),
  ];
  return `{\n${blocks.join(',\n\n')}\n}\n`;
};

/** `name` is what the file is called in the error. Throws SettingsError. */
export const parseSettings = (source: string, name: string): AppSettings => {
  const { value, lines } = located(source, name);
  const wrong = (path: string, what: string): never => {
    throw new SettingsError(`${name}:${lines.get(path) ?? 1}: ${what}`);
  };
  const check = (given: Json, path: string, rules: Record<string, Rule>): void => {
    const at = (key: string): string => (path ? `${path}.${key}` : key);
    if (!isObject(given)) throw new SettingsError(`${name}:1: expected { … } with the settings`);
    for (const [key, { holds, expected }] of Object.entries(rules)) {
      const found = given[key];
      if (found === undefined) wrong(path, `"${key}" is missing: expected ${expected}`);
      if (!holds(found)) wrong(at(key), `"${key}" must be ${expected}, and is ${shown(found)}`);
    }
    const unknown = Object.keys(given).find(key => !Object.hasOwn(rules, key));
    if (unknown !== undefined)
      wrong(at(unknown), `"${unknown}" is not known; expected ${Object.keys(rules).join(', ')}`);
  };
  check(value, '', settingRules);
  const settings = value as unknown as AppSettings;
  for (const [index, database] of settings.databases.entries()) {
    const path = `databases.${index}`;
    if (!object.holds(database as unknown as Json)) wrong(path, `expected ${object.expected}`);
    check(database as unknown as Json, path, databaseRules);
  }
  return settings;
};

const located = (source: string, name: string) => {
  try {
    return readJson(source);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new SettingsError(`${name}:${error.line}: ${error.message}`);
  }
};

const shown = (value: Json | undefined): string => JSON.stringify(value).slice(0, 60);

/** Throws SettingsError. */
export const readSettings = async (path: string): Promise<AppSettings> => {
  const name = basename(path);
  const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SettingsError(`${name}: cannot be read (${error.code ?? error.message})`);
  });
  return parseSettings(source, name);
};
