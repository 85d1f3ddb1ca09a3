/** A table in MySQL's own words: SHOW CREATE TABLE and the types of SHOW COLUMNS. */

import { type ColumnModel, type ColumnType, isText, type KeyModel, type TableModel } from './model.ts';

export const backtick = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export const sqlString = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n')}'`;

export const typeText = (type: ColumnType): string => {
  const list = type.members.length ? type.members.map(sqlString) : type.size.map(String);
  return type.name + (list.length ? `(${list.join(',')})` : '') + (type.unsigned ? ' unsigned' : '');
};

const nowText = (column: ColumnModel): string =>
  `CURRENT_TIMESTAMP${column.type.size.length ? `(${column.type.size[0]})` : ''}`;

/** The default as SHOW COLUMNS has it. */
export const defaultText = (column: ColumnModel): string | null => {
  if (!column.default || column.default.kind === 'null') return null;
  return column.default.kind === 'now' ? nowText(column) : column.default.text;
};

/** The Extra of SHOW COLUMNS. */
export const extraText = (column: ColumnModel): string => {
  const parts = [];
  if (column.autoIncrement) parts.push('auto_increment');
  if (column.default?.kind === 'now' || column.default?.kind === 'expression')
    parts.push('DEFAULT_GENERATED');
  if (column.onUpdateNow) parts.push(`on update ${nowText(column)}`);
  return parts.join(' ');
};

const columnText = (column: ColumnModel): string => {
  const parts = [backtick(column.name), typeText(column.type)];
  if (column.type.collation && isText(column.type)) parts.push(`COLLATE ${column.type.collation}`);
  if (!column.nullable) parts.push('NOT NULL');
  else if (column.type.name === 'timestamp') parts.push('NULL');
  if (column.autoIncrement) parts.push('AUTO_INCREMENT');
  else if (column.default?.kind === 'now') parts.push(`DEFAULT ${nowText(column)}`);
  else if (column.default?.kind === 'expression') parts.push(`DEFAULT (${column.default.text})`);
  else if (column.default && column.default.kind !== 'null')
    parts.push(`DEFAULT ${sqlString(column.default.text)}`);
  else if (column.nullable && !/text$|blob$|^json$/.test(column.type.name)) parts.push('DEFAULT NULL');
  if (column.onUpdateNow) parts.push(`ON UPDATE ${nowText(column)}`);
  if (column.comment) parts.push(`COMMENT ${sqlString(column.comment)}`);
  return parts.join(' ');
};

const keyText = (key: KeyModel): string => {
  const columns = key.columns.map(
    ({ name, length, descending }) =>
      backtick(name) + (length ? `(${length})` : '') + (descending ? ' DESC' : ''),
  );
  const start = {
    primary: 'PRIMARY KEY',
    unique: `UNIQUE KEY ${backtick(key.name)}`,
    index: `KEY ${backtick(key.name)}`,
  };
  return `${start[key.kind]} (${columns.join(',')})`;
};

const names = (list: readonly string[]): string => list.map(backtick).join(', ');

/** `nextId` is what AUTO_INCREMENT would give next, when that is known and not 1. */
export const createStatement = (table: TableModel, nextId?: bigint): string => {
  const lines = [
    ...table.columns.map(columnText),
    ...table.keys.map(keyText),
    ...table.foreignKeys.map(key => {
      const rule = (word: string, action: string) => (action === 'NO ACTION' ? '' : ` ON ${word} ${action}`);
      return (
        `CONSTRAINT ${backtick(key.name)} FOREIGN KEY (${names(key.columns)}) REFERENCES ${backtick(key.table)} ` +
        `(${names(key.references)})${rule('DELETE', key.onDelete)}${rule('UPDATE', key.onUpdate)}`
      );
    }),
    ...table.checks.map(({ name, text }) => `CONSTRAINT ${backtick(name)} CHECK (${text})`),
  ];
  const auto = nextId !== undefined && nextId > 1n ? ` AUTO_INCREMENT=${nextId}` : '';
  const comment = table.comment ? ` COMMENT=${sqlString(table.comment)}` : '';
  return (
    `CREATE TABLE ${backtick(table.name)} (\n  ${lines.join(',\n  ')}\n) ` +
    `ENGINE=InnoDB${auto} DEFAULT CHARSET=${table.charset} COLLATE=${table.collation}${comment}`
  );
};
