/** Keys and constraints, as the tables of information_schema have them. */

import type { ServerView } from './information-schema.ts';
import { primaryKey, type TableModel } from './model.ts';
import type { Value } from './values.ts';

export const keyRows = (view: ServerView, model: TableModel): Value[][] =>
  model.keys.flatMap(({ name, kind, columns }) =>
    columns.map((column, i): Value[] => [
      'def',
      view.database,
      model.name,
      kind === 'index' ? 1n : 0n,
      view.database,
      name,
      BigInt(i + 1),
      column.name,
      column.descending ? 'D' : 'A',
      view.rowCount(model.name),
      column.length === undefined ? null : BigInt(column.length),
      model.columns.find(other => other.name === column.name)?.nullable ? 'YES' : '',
      'BTREE',
    ]),
  );

export const usageRows = (view: ServerView, model: TableModel): Value[][] => {
  const row = (name: string, column: string, i: number, ...target: Value[]): Value[] => [
    'def',
    view.database,
    name,
    view.database,
    model.name,
    column,
    BigInt(i + 1),
    ...target,
  ];
  const keys = model.keys
    .filter(({ kind }) => kind !== 'index')
    .flatMap(key => key.columns.map((column, i) => row(key.name, column.name, i, null, null, null)));
  const foreign = model.foreignKeys.flatMap(key =>
    key.columns.map((column, i) =>
      row(key.name, column, i, view.database, key.table, key.references[i] ?? null),
    ),
  );
  return [...keys, ...foreign];
};

export const constraintRows = (view: ServerView, model: TableModel): Value[][] => {
  const row = (name: string, type: string): Value[] => [
    'def',
    view.database,
    name,
    view.database,
    model.name,
    type,
  ];
  return [
    ...model.keys
      .filter(({ kind }) => kind !== 'index')
      .map(({ name, kind }) => row(name, kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE')),
    ...model.foreignKeys.map(({ name }) => row(name, 'FOREIGN KEY')),
    ...model.checks.map(({ name }) => row(name, 'CHECK')),
  ];
};

/** The key of the other table that a foreign key leads to. */
const targetKey = (view: ServerView, table: string, columns: readonly string[]): string | null => {
  const model = view.tables.get(table);
  const leads = model?.keys.find(
    ({ kind, columns: parts }) => kind !== 'index' && columns.every((name, i) => parts[i]?.name === name),
  );
  return leads?.name ?? (model && primaryKey(model)?.name) ?? null;
};

export const referenceRows = (view: ServerView, model: TableModel): Value[][] =>
  model.foreignKeys.map(key => [
    'def',
    view.database,
    key.name,
    'def',
    view.database,
    targetKey(view, key.table, key.references),
    'NONE',
    key.onUpdate,
    key.onDelete,
    model.name,
    key.table,
  ]);
