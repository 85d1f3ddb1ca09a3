/** SQLSTATE by MySQL's error number, from the server error reference of MySQL 8.0; the rest is HY000. */
const sqlStates: Record<number, string> = {
  1040: '08004',
  1043: '08S01',
  1044: '42000',
  1045: '28000',
  1046: '3D000',
  1047: '08S01',
  1048: '23000',
  1049: '42000',
  1050: '42S01',
  1051: '42S02',
  1052: '23000',
  1054: '42S22',
  1060: '42S21',
  1061: '42000',
  1062: '23000',
  1064: '42000',
  1065: '42000',
  1068: '42000',
  1072: '42000',
  1075: '42000',
  1091: '42000',
  1109: '42S02',
  1110: '42000',
  1113: '42000',
  1115: '42000',
  1117: '42000',
  1104: '42000',
  1136: '21S01',
  1142: '42000',
  1146: '42S02',
  1153: '08S01',
  1156: '08S01',
  1213: '40001',
  1222: '21000',
  1227: '42000',
  1235: '42000',
  1241: '21000',
  1248: '42000',
  1264: '22003',
  1265: '01000',
  1292: '22007',
  1286: '42000',
  1305: '42000',
  1406: '22001',
  1451: '23000',
  1452: '23000',
  1582: '42000',
  1690: '22003',
  1701: '42000',
};

/** An error as MySQL reports it: `ERROR code (sqlState): message`. */
export class MysqlError extends Error {
  override name = 'MysqlError';
  readonly code: number;
  readonly sqlState: string;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
    this.sqlState = sqlStates[code] ?? 'HY000';
  }
}

/** An error that ends the connection, and the place of its packet among those of this exchange. */
export class ProtocolError extends MysqlError {
  readonly sequence: number;

  constructor(sequence: number, code: number, message: string) {
    super(code, message);
    this.sequence = sequence;
  }
}

/** 1064 with the rest of the statement from the offset where it could not be understood. */
export const syntaxError = (text: string, at: number): MysqlError => {
  const line = text.slice(0, at).split('\n').length;
  const near = text.slice(at, at + 80);
  return new MysqlError(
    1064,
    'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version ' +
      `for the right syntax to use near '${near}' at line ${line}`,
  );
};

export const notSupported = (what: string): MysqlError =>
  new MysqlError(1235, `This version of MySQL doesn't yet support '${what}'`);

export const noSuchTable = (database: string, table: string): MysqlError =>
  new MysqlError(1146, `Table '${database}.${table}' doesn't exist`);

export const unknownColumn = (column: string, clause: string): MysqlError =>
  new MysqlError(1054, `Unknown column '${column}' in '${clause}'`);

/** What MySQL says about everything that would read or write a file of the server. */
export const fileRefused = (): MysqlError =>
  new MysqlError(
    1290,
    'The MySQL server is running with the --secure-file-priv option so it cannot execute this statement',
  );
