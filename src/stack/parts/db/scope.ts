/** What a statement may see: the database, its tables, and whose rights it runs with. */

import { MysqlError, noSuchTable } from './errors.ts';
import { isReservedName } from './guard.ts';
import { informationTables } from './information-schema.ts';
import type { TableModel } from './model.ts';

export interface Scope {
  /** The only database of this server. */
  readonly database: string;
  /** The database that was chosen by USE or at login. */
  readonly chosen: string | undefined;
  readonly tables: ReadonlyMap<string, TableModel>;
  readonly user: string;
  readonly host: string;
  /** Whether the account has all rights, or those on its database only. */
  readonly admin: boolean;
}

export const informationSchema = 'information_schema';

export const isInformationSchema = (database: string): boolean =>
  database.toLowerCase() === informationSchema;

export const denied = (scope: Scope, verb: string, table: string): MysqlError =>
  new MysqlError(1142, `${verb} command denied to user '${scope.user}'@'${scope.host}' for table '${table}'`);

export const requireAdmin = (scope: Scope, privilege: string): void => {
  if (!scope.admin)
    throw new MysqlError(
      1227,
      `Access denied; you need (at least one of) the ${privilege} privilege(s) for this operation`,
    );
};

/** Throws 1044 for a database that the account may not see, and 1049 for one that does not exist. */
export const checkDatabase = (scope: Scope, database: string): void => {
  if (database === scope.database || isInformationSchema(database)) return;
  if (scope.admin) throw new MysqlError(1049, `Unknown database '${database}'`);
  throw new MysqlError(
    1044,
    `Access denied for user '${scope.user}'@'${scope.host}' to database '${database}'`,
  );
};

/** Throws 1046, 1142, 1049 or 1146 unless the database is the one that holds tables. */
export const checkTable = (scope: Scope, database: string | undefined, table: string, verb: string): void => {
  const where = database ?? scope.chosen;
  if (where === undefined) throw new MysqlError(1046, 'No database selected');
  if (isInformationSchema(where)) {
    if (verb !== 'SELECT')
      throw new MysqlError(
        1044,
        `Access denied for user '${scope.user}'@'${scope.host}' to database '${informationSchema}'`,
      );
    if (!Object.hasOwn(informationTables, table.toUpperCase()))
      throw new MysqlError(1109, `Unknown table '${table.toUpperCase()}' in ${informationSchema}`);
    return;
  }
  if (where !== scope.database) {
    if (!scope.admin) throw denied(scope, verb, table);
    throw new MysqlError(1049, `Unknown database '${where}'`);
  }
  if (isReservedName(table)) throw noSuchTable(where, table);
};

/** The table, which must exist. */
export const findTable = (
  scope: Scope,
  { database, table }: { database: string | undefined; table: string },
  verb: string,
): TableModel => {
  checkTable(scope, database, table, verb);
  const model = scope.tables.get(table);
  if (!model) throw noSuchTable(scope.database, table);
  return model;
};
