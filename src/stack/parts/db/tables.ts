/** The tables of the database: their models, and the changes to them inside SQLite. */

import { applyEdit, columnSources, finished } from './alter.ts';
import { MysqlError, noSuchTable, notSupported } from './errors.ts';
import { ownPrefix, quoteName } from './guard.ts';
import { autoColumn, columnOf, createTableSql, extrasSql, isText, type TableModel } from './model.ts';
import type { SchemaChange } from './plan.ts';
import type { Sqlite } from './sqlite.ts';

/** The table that holds the models. */
export const catalogue = quoteName(`${ownPrefix}catalogue`);
const rebuilt = `${ownPrefix}rebuilt`;

export type Tables = ReadonlyMap<string, TableModel>;

const createCatalogue = (db: Sqlite): void =>
  db.exec(`CREATE TABLE IF NOT EXISTS ${catalogue} (name TEXT PRIMARY KEY, model TEXT NOT NULL)`);

export const loadTables = (db: Sqlite): Tables => {
  createCatalogue(db);
  const rows = db.rows(`SELECT model FROM ${catalogue} ORDER BY name`);
  const models = rows.map(([model]) => JSON.parse(String(model)) as TableModel);
  return new Map(models.map(model => [model.name, model]));
};

export interface Warning {
  level: 'Note' | 'Warning' | 'Error';
  code: number;
  message: string;
}

interface Work {
  db: Sqlite;
  database: string;
  tables: Map<string, TableModel>;
  foreignKeys: boolean;
  warnings: Warning[];
}

const store = ({ db, tables }: Work, table: TableModel): void => {
  db.rows(
    `INSERT OR REPLACE INTO ${catalogue} (name, model) VALUES (?, ?)`,
    table.name,
    JSON.stringify(table),
  );
  tables.set(table.name, table);
};

const remove = ({ db, tables }: Work, name: string): void => {
  db.rows(`DELETE FROM ${catalogue} WHERE name = ?`, name);
  tables.delete(name);
};

const exists = (work: Work, name: string): boolean =>
  [...work.tables.keys()].some(other => other.toLowerCase() === name.toLowerCase());

const alreadyExists = (name: string): MysqlError => new MysqlError(1050, `Table '${name}' already exists`);

const find = ({ tables, database }: Work, name: string): TableModel => {
  const table = tables.get(name);
  if (!table) throw noSuchTable(database, name);
  return table;
};

const checkForeignKeys = (work: Work, table: TableModel): void => {
  for (const key of table.foreignKeys) {
    const parent = key.table === table.name ? table : work.tables.get(key.table);
    if (!parent) {
      if (!work.foreignKeys) continue;
      throw new MysqlError(1824, `Failed to open the referenced table '${key.table}'`);
    }
    const covered = parent.keys.some(
      ({ kind, columns }) =>
        kind !== 'index' &&
        columns.length === key.references.length &&
        key.references.every((name, i) => columns[i]?.name.toLowerCase() === name.toLowerCase()),
    );
    if (!covered)
      throw new MysqlError(
        1822,
        `Failed to add the foreign key constraint. Missing index for constraint '${key.name}' in the referenced table '${key.table}'`,
      );
  }
};

export const setNextId = (db: Sqlite, table: string, last: bigint): void => {
  db.rows('DELETE FROM sqlite_sequence WHERE name = ?', table);
  db.rows('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', table, last);
};

/** What AUTO_INCREMENT gave last. */
export const lastId = (db: Sqlite, table: string): bigint => {
  const known = db.rows("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'");
  return known.length === 0 ? 0n : lastGiven(db, table);
};

/** The same of a table that is known to give numbers. */
export const lastGiven = (db: Sqlite, table: string): bigint =>
  BigInt((db.rows('SELECT seq FROM sqlite_sequence WHERE name = ?', table)[0]?.[0] as bigint) ?? 0n);

/** A number that was given is never given again, whatever became of its row. */
export const keepIds = (db: Sqlite, given: ReadonlyMap<string, bigint>): void => {
  for (const [table, id] of given) if (lastId(db, table) < id) setNextId(db, table, id);
};

const create = (work: Work, table: TableModel): void => {
  checkForeignKeys(work, table);
  for (const sql of [createTableSql(table), ...extrasSql(table)]) work.db.exec(sql);
  if (table.autoIncrementStart && autoColumn(table))
    setNextId(work.db, table.name, BigInt(table.autoIncrementStart) - 1n);
  store(work, table);
};

const createUnlessThere = (work: Work, table: TableModel, ifNotExists: boolean): void => {
  if (!exists(work, table.name)) create(work, table);
  else if (!ifNotExists) throw alreadyExists(table.name);
  else work.warnings.push({ level: 'Note', code: 1050, message: `Table '${table.name}' already exists` });
};

/** What a column gets in rows that are older than it. */
const implicitDefault = (table: TableModel, name: string): string => {
  const column = columnOf(table, name);
  return column && !column.nullable && !column.default ? (isText(column.type) ? "''" : '0') : '';
};

/** Builds the table anew and copies the rows: SQLite itself can change little of a table. */
const rebuild = (work: Work, old: TableModel, table: TableModel, sources: Map<string, string>): void => {
  const { db } = work;
  checkForeignKeys(work, table);
  const last = autoColumn(old) ? lastId(db, old.name) : 0n;
  db.exec(createTableSql(table, rebuilt));
  const columns = table.columns.flatMap(({ name }) => {
    const source = sources.get(name.toLowerCase());
    const from = source === undefined ? implicitDefault(table, name) : quoteName(source);
    return from === '' ? [] : [{ name: quoteName(name), from }];
  });
  const into = columns.map(({ name }) => name).join(', ');
  const from = columns.map(({ from }) => from).join(', ');
  if (columns.length)
    db.exec(`INSERT INTO ${quoteName(rebuilt)} (${into}) SELECT ${from} FROM ${quoteName(old.name)}`);
  db.exec(`DROP TABLE ${quoteName(old.name)}`);
  db.exec(`ALTER TABLE ${quoteName(rebuilt)} RENAME TO ${quoteName(table.name)}`);
  for (const sql of extrasSql(table)) db.exec(sql);
  if (autoColumn(table)) {
    const wanted = table.autoIncrementStart ? BigInt(table.autoIncrementStart) - 1n : 0n;
    setNextId(
      db,
      table.name,
      [last, wanted, lastId(db, table.name)].reduce((a, b) => (a > b ? a : b)),
    );
  }
  if (table.name !== old.name) remove(work, old.name);
  store(work, table);
};

const referencing = ({ tables }: Work, name: string): TableModel | undefined =>
  [...tables.values()].find(
    table => table.name !== name && table.foreignKeys.some(key => key.table === name),
  );

const renameTable = (work: Work, from: string, to: string): void => {
  const table = find(work, from);
  if (exists(work, to) && from.toLowerCase() !== to.toLowerCase()) throw alreadyExists(to);
  if (referencing(work, from)) throw notSupported('renaming a table that a foreign key refers to');
  rebuild(work, table, { ...table, name: to }, columnSources(table, []));
};

const alter = (work: Work, { name, edits }: Extract<SchemaChange, { kind: 'alter' }>): void => {
  const table = find(work, name);
  if (edits.length === 0) return;
  const changed = finished(edits.filter(({ kind }) => kind !== 'rename').reduce(applyEdit, table));
  rebuild(work, table, changed, columnSources(table, edits));
  for (const edit of edits) if (edit.kind === 'rename') renameTable(work, name, edit.to);
};

const dropTables = (work: Work, names: readonly string[], ifExists: boolean): void => {
  const missing = names.filter(name => !work.tables.has(name)).map(name => `${work.database}.${name}`);
  if (missing.length && !ifExists) throw new MysqlError(1051, `Unknown table '${missing.join(',')}'`);
  for (const name of missing)
    work.warnings.push({ level: 'Note', code: 1051, message: `Unknown table '${name}'` });
  const gone = names.filter(name => work.tables.has(name));
  const others = { ...work, tables: new Map([...work.tables].filter(([name]) => !gone.includes(name))) };
  for (const name of gone) {
    const child = work.foreignKeys ? referencing(others, name) : undefined;
    const key = child?.foreignKeys.find(({ table }) => table === name);
    if (child && key)
      throw new MysqlError(
        3730,
        `Cannot drop table '${name}' referenced by a foreign key constraint '${key.name}' on table '${child.name}'.`,
      );
  }
  for (const name of gone) {
    work.db.exec(`DROP TABLE ${quoteName(name)}`);
    remove(work, name);
  }
};

const truncate = (work: Work, name: string): void => {
  const table = find(work, name);
  const child = work.foreignKeys ? referencing(work, name) : undefined;
  if (child)
    throw new MysqlError(
      1701,
      `Cannot truncate a table referenced in a foreign key constraint (\`${work.database}\`.\`${child.name}\`)`,
    );
  work.db.exec(`DELETE FROM ${quoteName(name)}`);
  if (autoColumn(table)) setNextId(work.db, name, BigInt(table.autoIncrementStart ?? 1) - 1n);
};

/** Makes the change inside the open transaction; returns the tables as they are once it is committed. */
export const applyChange = (
  db: Sqlite,
  tables: Tables,
  change: SchemaChange,
  options: { database: string; foreignKeys: boolean },
): { tables: Tables; warnings: Warning[] } => {
  const work: Work = { db, ...options, tables: new Map(tables), warnings: [] };
  createCatalogue(db);
  switch (change.kind) {
    case 'create':
      createUnlessThere(work, change.table, change.ifNotExists);
      break;
    case 'copy': {
      const like = find(work, change.like);
      const table = { ...like, name: change.name, foreignKeys: [], autoIncrementStart: undefined };
      createUnlessThere(work, table, change.ifNotExists);
      break;
    }
    case 'drop':
      dropTables(work, change.names, change.ifExists);
      break;
    case 'alter':
      alter(work, change);
      break;
    case 'rename':
      for (const { from, to } of change.pairs) renameTable(work, from, to);
      break;
    case 'truncate':
      truncate(work, change.name);
      break;
  }
  return {
    tables: new Map([...work.tables].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    warnings: work.warnings,
  };
};
