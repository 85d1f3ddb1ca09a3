/** The answers to SHOW and DESCRIBE. */

import { backtick, createStatement, defaultText, extraText, typeText } from './create-statement.ts';
import { collationOf, informationTables, keyMark, type ServerView, webRights } from './information-schema.ts';
import type { TableModel } from './model.ts';
import type { ShowPlan } from './plan.ts';
import { type ReplicationView, replicationListing } from './replication/show.ts';
import { informationSchema } from './scope.ts';
import type { Warning } from './tables.ts';
import type { Value } from './values.ts';

export interface ShowView extends ServerView {
  warnings: readonly Warning[];
  replication: ReplicationView;
}

export interface Listing {
  columns: readonly string[];
  rows: Value[][];
}

/** Tables of information_schema are made of text. */
const systemColumns = (name: string, full: boolean): Value[][] =>
  (informationTables[name]?.columns ?? []).map(column =>
    full
      ? [column, 'varchar(512)', 'utf8mb3_general_ci', 'YES', '', null, '', 'select', '']
      : [column, 'varchar(512)', 'YES', '', null, ''],
  );

const columns = (view: ShowView, plan: ShowPlan): Listing => {
  const model = view.tables.get(plan.table ?? '');
  const rows = model?.columns.map((column): Value[] => {
    const [field, type] = [column.name, typeText(column.type)];
    const rest = [
      column.nullable ? 'YES' : 'NO',
      keyMark(model, column),
      defaultText(column),
      extraText(column),
    ];
    if (!plan.full) return [field, type, ...rest];
    return [
      field,
      type,
      collationOf(model, column),
      ...rest,
      'select,insert,update,references',
      column.comment,
    ];
  });
  const names = ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'];
  return {
    columns: plan.full ? [...names.toSpliced(2, 0, 'Collation'), 'Privileges', 'Comment'] : names,
    rows: rows ?? systemColumns(plan.table ?? '', plan.full),
  };
};

const index = (view: ShowView, name: string): Listing => {
  const all = informationTables.STATISTICS?.rows(view).filter(row => row[2] === name) ?? [];
  const rows = all.map((row): Value[] => {
    const [, , table, nonUnique, , key, sequence, column, collation, cardinality, part, nullable, type] =
      row as string[];
    return [
      table,
      nonUnique,
      key,
      sequence,
      column,
      collation,
      cardinality,
      part,
      null,
      nullable,
      type,
      '',
      '',
      'YES',
    ] as Value[];
  });
  const names =
    'Table Non_unique Key_name Seq_in_index Column_name Collation Cardinality Sub_part Packed Null Index_type Comment Index_comment Visible';
  return { columns: names.split(' '), rows };
};

const tableStatus = (view: ShowView): Listing => {
  const names =
    'Name Engine Version Row_format Rows Avg_row_length Data_length Max_data_length Index_length Data_free ' +
    'Auto_increment Create_time Update_time Check_time Collation Checksum Create_options Comment';
  const rows = [...view.tables.values()].map((model): Value[] => [
    model.name,
    'InnoDB',
    10n,
    'Dynamic',
    view.rowCount(model.name),
    0n,
    0n,
    0n,
    0n,
    0n,
    view.nextId(model),
    model.created,
    null,
    null,
    model.collation,
    null,
    '',
    model.comment,
  ]);
  return { columns: names.split(' '), rows };
};

/** MySQL repeats the pattern in the title of the names. */
const likeTitle = ({ like }: ShowPlan): string => (like === undefined ? '' : ` (${like})`);

const tables = (view: ShowView, plan: ShowPlan): Listing => {
  const inSchema = plan.table?.toLowerCase() === informationSchema;
  const names = inSchema ? Object.keys(informationTables) : [...view.tables.keys()];
  const type = inSchema ? 'SYSTEM VIEW' : 'BASE TABLE';
  const title = `Tables_in_${inSchema ? informationSchema : view.database}${likeTitle(plan)}`;
  return {
    columns: plan.full ? [title, 'Table_type'] : [title],
    rows: names.map(name => (plan.full ? [name, type] : [name])),
  };
};

const processlist = (view: ShowView, full: boolean): Listing => ({
  columns: 'Id User Host db Command Time State Info'.split(' '),
  rows: view
    .processes()
    .map(p => [
      BigInt(p.id),
      p.user,
      p.host,
      p.database,
      p.command,
      BigInt(p.time),
      p.state,
      full ? p.info : (p.info?.slice(0, 100) ?? null),
    ]),
});

const granted = ({ grantee }: ShowView['account']): string => grantee.replaceAll("'", '`');

const grants = ({ account, database }: ShowView): Listing => ({
  columns: [`Grants for ${account.grantee.replaceAll("'", '')}`],
  rows: account.admin
    ? [[`GRANT ALL PRIVILEGES ON *.* TO ${granted(account)}`]]
    : [
        [`GRANT USAGE ON *.* TO ${granted(account)}`],
        [`GRANT ${webRights.join(', ')} ON ${backtick(database)}.* TO ${granted(account)}`],
      ],
});

const ofTable = (view: ShowView, name: string, columns: readonly string[]): Listing => ({
  columns,
  rows: informationTables[name]?.rows(view) ?? [],
});

/** Whatever its type is, a variable is shown as text. */
const variableText = (value: Value): string => (value === null ? '' : String(value));

/** The whole list, before LIKE and WHERE. */
export const listing = (plan: ShowPlan, view: ShowView): Listing => {
  const table = plan.table ?? '';
  switch (plan.what) {
    case 'databases':
      return { columns: [`Database${likeTitle(plan)}`], rows: [[view.database], [informationSchema]] };
    case 'tables':
      return tables(view, plan);
    case 'columns':
      return columns(view, plan);
    case 'create table': {
      const model = view.tables.get(table) as TableModel;
      const sql = createStatement(model, view.nextId(model) ?? undefined);
      return { columns: ['Table', 'Create Table'], rows: [[table, sql]] };
    }
    case 'create database': {
      const sql = `CREATE DATABASE ${backtick(table)} /*!40100 DEFAULT CHARACTER SET utf8mb4 */`;
      return { columns: ['Database', 'Create Database'], rows: [[table, sql]] };
    }
    case 'index':
      return index(view, table);
    case 'processlist':
      return processlist(view, plan.full);
    case 'status':
      return {
        columns: ['Variable_name', 'Value'],
        rows: view.status().map(([name, value]) => [name, variableText(value)]),
      };
    case 'variables':
      return {
        columns: ['Variable_name', 'Value'],
        rows: view.variables().map(([name, value]) => [name, variableText(value)]),
      };
    case 'warnings':
    case 'errors': {
      const wanted = view.warnings.filter(({ level }) => plan.what === 'warnings' || level === 'Error');
      const rows = wanted.map(({ level, code, message }): Value[] => [level, BigInt(code), message]);
      return { columns: ['Level', 'Code', 'Message'], rows };
    }
    case 'count warnings':
      return { columns: ['@@session.warning_count'], rows: [[BigInt(view.warnings.length)]] };
    case 'count errors': {
      const errors = view.warnings.filter(({ level }) => level === 'Error');
      return { columns: ['@@session.error_count'], rows: [[BigInt(errors.length)]] };
    }
    case 'engines':
      return ofTable(view, 'ENGINES', 'Engine Support Comment Transactions XA Savepoints'.split(' '));
    case 'grants':
      return grants(view);
    case 'table status':
      return tableStatus(view);
    case 'collation':
      return ofTable(view, 'COLLATIONS', 'Collation Charset Id Default Compiled Sortlen'.split(' '));
    case 'character set': {
      const rows = informationTables.CHARACTER_SETS?.rows(view) ?? [];
      return {
        columns: ['Charset', 'Description', 'Default collation', 'Maxlen'],
        rows: rows.map(([name = null, collation = null, description = null, length = null]) => [
          name,
          description,
          collation,
          length,
        ]),
      };
    }
    case 'plugins':
      return { columns: 'Name Status Type Library License'.split(' '), rows: [] };
    case 'privileges':
      return { columns: 'Privilege Context Comment'.split(' '), rows: [] };
    case 'open tables':
      return {
        columns: 'Database Table In_use Name_locked'.split(' '),
        rows: [...view.tables.keys()].map(name => [view.database, name, 0n, 0n]),
      };
    case 'events':
      return {
        columns:
          'Db,Name,Definer,Time zone,Type,Execute at,Interval value,Interval field,Starts,Ends,Status'.split(
            ',',
          ),
        rows: [],
      };
    case 'triggers':
      return { columns: 'Trigger Event Table Statement Timing Created'.split(' '), rows: [] };
    case 'routines':
      return { columns: 'Db Name Type Definer Modified Created Security_type Comment'.split(' '), rows: [] };
    case 'replica status':
    case 'binlog status':
    case 'binlog events':
    case 'binary logs':
      return replicationListing(plan.what, view.replication);
    case 'explain':
      throw new Error('EXPLAIN is answered by explain.ts');
  }
};
