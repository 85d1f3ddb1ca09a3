/** Changes to a table's model: pure, with MySQL's errors. */

import { MysqlError } from './errors.ts';
import {
  type CheckModel,
  type ColumnModel,
  columnOf,
  type ForeignKeyModel,
  type KeyModel,
  primaryKey,
  type TableModel,
} from './model.ts';

export type Position = { after: string } | 'first' | undefined;

/** A key as it is written: its name may be missing. */
export interface KeyDraft extends Omit<KeyModel, 'name'> {
  name: string | undefined;
}

export interface ForeignKeyDraft extends Omit<ForeignKeyModel, 'name'> {
  name: string | undefined;
}

export type Edit =
  | { kind: 'add column'; column: ColumnModel; position: Position }
  | { kind: 'change column'; name: string; column: ColumnModel; position: Position }
  | { kind: 'rename column'; name: string; to: string }
  | { kind: 'drop column'; name: string }
  | { kind: 'set default'; name: string; value: ColumnModel['default'] }
  | { kind: 'add key'; key: KeyDraft }
  | { kind: 'drop key'; name: string }
  | { kind: 'rename key'; name: string; to: string }
  | { kind: 'drop primary key' }
  | { kind: 'add foreign key'; key: ForeignKeyDraft }
  | { kind: 'drop foreign key'; name: string }
  | { kind: 'add check'; check: Omit<CheckModel, 'name'> & { name: string | undefined } }
  | { kind: 'drop check'; name: string }
  | { kind: 'rename'; to: string }
  | {
      kind: 'options';
      options: Partial<Pick<TableModel, 'charset' | 'collation' | 'comment' | 'autoIncrementStart'>>;
    };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const cannotDrop = (name: string): MysqlError =>
  new MysqlError(1091, `Can't DROP '${name}'; check that column/key exists`);

const column = (table: TableModel, name: string): ColumnModel => {
  const found = columnOf(table, name);
  if (!found) throw new MysqlError(1054, `Unknown column '${name}' in '${table.name}'`);
  return found;
};

const place = (table: TableModel, added: ColumnModel, position: Position): ColumnModel[] => {
  if (position === 'first') return [added, ...table.columns];
  const after = position ? table.columns.indexOf(column(table, position.after)) + 1 : table.columns.length;
  return [...table.columns.slice(0, after), added, ...table.columns.slice(after)];
};

/** A name for a key without one: that of its first column, numbered when it is taken. */
const freeName = (wanted: string, taken: readonly string[]): string => {
  let name = wanted;
  for (let n = 2; taken.some(other => same(other, name)); n++) name = `${wanted}_${n}`;
  return name;
};

const addKey = (table: TableModel, { name, kind, columns }: KeyDraft): TableModel => {
  for (const part of columns)
    if (!columnOf(table, part.name))
      throw new MysqlError(1072, `Key column '${part.name}' doesn't exist in table`);
  const parts = columns.map(part => ({ ...part, name: column(table, part.name).name }));
  const taken = table.keys.map(key => key.name);
  if (kind === 'primary') {
    if (primaryKey(table)) throw new MysqlError(1068, 'Multiple primary key defined');
    const isPart = ({ name }: ColumnModel) => parts.some(part => part.name === name);
    return {
      ...table,
      columns: table.columns.map(c => (isPart(c) ? { ...c, nullable: false } : c)),
      keys: [{ name: 'PRIMARY', kind, columns: parts }, ...table.keys],
    };
  }
  if (name && taken.some(other => same(other, name)))
    throw new MysqlError(1061, `Duplicate key name '${name}'`);
  const key = { name: name ?? freeName(parts[0]?.name ?? 'key', taken), kind, columns: parts };
  return { ...table, keys: [...table.keys, key] };
};

const addForeignKey = (table: TableModel, draft: ForeignKeyDraft): TableModel => {
  for (const name of draft.columns)
    if (!columnOf(table, name)) throw new MysqlError(1072, `Key column '${name}' doesn't exist in table`);
  const count = table.foreignKeys.length + 1;
  const name = draft.name ?? `${table.name}_ibfk_${count}`;
  const key = { ...draft, name };
  const covered = table.keys.some(({ columns }) =>
    draft.columns.every((c, i) => same(columns[i]?.name ?? '', c)),
  );
  const columns = draft.columns.map(c => ({ name: column(table, c).name }));
  const keys = covered ? table.keys : [...table.keys, { name, kind: 'index' as const, columns }];
  return { ...table, foreignKeys: [...table.foreignKeys, key], keys };
};

const dropColumn = (table: TableModel, name: string): TableModel => {
  if (!columnOf(table, name)) throw cannotDrop(name);
  if (table.columns.length === 1)
    throw new MysqlError(1090, "You can't delete all columns with ALTER TABLE; use DROP TABLE instead");
  const used = table.foreignKeys.find(({ columns }) => columns.some(c => same(c, name)));
  if (used)
    throw new MysqlError(
      1828,
      `Cannot drop column '${name}': needed in a foreign key constraint '${used.name}'`,
    );
  const keys = table.keys.map(key => ({ ...key, columns: key.columns.filter(c => !same(c.name, name)) }));
  return {
    ...table,
    columns: table.columns.filter(c => !same(c.name, name)),
    keys: keys.filter(({ columns }) => columns.length > 0),
  };
};

const renamed = (table: TableModel, from: string, to: string): TableModel => {
  const rename = (name: string) => (same(name, from) ? to : name);
  return {
    ...table,
    keys: table.keys.map(key => ({
      ...key,
      columns: key.columns.map(c => ({ ...c, name: rename(c.name) })),
    })),
    foreignKeys: table.foreignKeys.map(key => ({ ...key, columns: key.columns.map(rename) })),
  };
};

const changeColumn = (table: TableModel, name: string, next: ColumnModel, position: Position): TableModel => {
  const old = column(table, name);
  if (!same(name, next.name) && columnOf(table, next.name))
    throw new MysqlError(1060, `Duplicate column name '${next.name}'`);
  const changed = renamed(table, name, next.name);
  if (!position) return { ...changed, columns: table.columns.map(c => (c === old ? next : c)) };
  const rest = { ...changed, columns: table.columns.filter(c => c !== old) };
  return { ...rest, columns: place(rest, next, position) };
};

export const applyEdit = (table: TableModel, edit: Edit): TableModel => {
  switch (edit.kind) {
    case 'add column':
      if (columnOf(table, edit.column.name))
        throw new MysqlError(1060, `Duplicate column name '${edit.column.name}'`);
      return { ...table, columns: place(table, edit.column, edit.position) };
    case 'change column':
      return changeColumn(table, edit.name, edit.column, edit.position);
    case 'rename column':
      return changeColumn(table, edit.name, { ...column(table, edit.name), name: edit.to }, undefined);
    case 'drop column':
      return dropColumn(table, edit.name);
    case 'set default': {
      const old = column(table, edit.name);
      return { ...table, columns: table.columns.map(c => (c === old ? { ...c, default: edit.value } : c)) };
    }
    case 'add key':
      return addKey(table, edit.key);
    case 'drop key':
      if (!table.keys.some(key => same(key.name, edit.name))) throw cannotDrop(edit.name);
      return { ...table, keys: table.keys.filter(key => !same(key.name, edit.name)) };
    case 'rename key':
      if (!table.keys.some(key => same(key.name, edit.name)))
        throw new MysqlError(1176, `Key '${edit.name}' doesn't exist in table '${table.name}'`);
      return {
        ...table,
        keys: table.keys.map(key => (same(key.name, edit.name) ? { ...key, name: edit.to } : key)),
      };
    case 'drop primary key':
      if (!primaryKey(table)) throw cannotDrop('PRIMARY');
      return { ...table, keys: table.keys.filter(({ kind }) => kind !== 'primary') };
    case 'add foreign key':
      return addForeignKey(table, edit.key);
    case 'drop foreign key':
      if (!table.foreignKeys.some(key => same(key.name, edit.name))) throw cannotDrop(edit.name);
      return { ...table, foreignKeys: table.foreignKeys.filter(key => !same(key.name, edit.name)) };
    case 'add check': {
      const name = edit.check.name ?? `${table.name}_chk_${table.checks.length + 1}`;
      return { ...table, checks: [...table.checks, { ...edit.check, name }] };
    }
    case 'drop check':
      if (!table.checks.some(check => same(check.name, edit.name))) throw cannotDrop(edit.name);
      return { ...table, checks: table.checks.filter(check => !same(check.name, edit.name)) };
    case 'rename':
      return { ...table, name: edit.to };
    case 'options':
      return { ...table, ...edit.options };
  }
};

const autoError = (): MysqlError =>
  new MysqlError(
    1075,
    'Incorrect table definition; there can be only one auto column and it must be defined as a key',
  );

/** Checks what only the whole table shows. */
export const finished = (table: TableModel): TableModel => {
  const auto = table.columns.filter(({ autoIncrement }) => autoIncrement);
  if (auto.length > 1) throw autoError();
  const [first] = auto;
  if (!first) return table;
  const key = table.keys.find(({ columns }) => columns[0]?.name === first.name);
  if (!key) throw autoError();
  // SQLite numbers only rows whose number is all of the primary key.
  if (key.kind !== 'primary' || key.columns.length > 1)
    throw new MysqlError(
      1235,
      "This version of MySQL doesn't yet support 'AUTO_INCREMENT outside of a primary key of its own'",
    );
  return table;
};

/** For each column of the new table the column of the old one that fills it, if any. */
export const columnSources = (table: TableModel, edits: readonly Edit[]): Map<string, string> => {
  const sources = new Map(table.columns.map(({ name }) => [name.toLowerCase(), name]));
  for (const edit of edits) {
    const from = 'name' in edit ? edit.name.toLowerCase() : '';
    const source = sources.get(from);
    if (edit.kind === 'drop column') sources.delete(from);
    const to =
      edit.kind === 'change column' ? edit.column.name : edit.kind === 'rename column' ? edit.to : undefined;
    if (to !== undefined && source !== undefined) {
      sources.delete(from);
      sources.set(to.toLowerCase(), source);
    }
  }
  return sources;
};
