/** Numbers of the MySQL client/server protocol 4.1, named as its documentation names them. */

export const capability = {
  longPassword: 0x1,
  foundRows: 0x2,
  longFlag: 0x4,
  connectWithDb: 0x8,
  protocol41: 0x200,
  transactions: 0x2000,
  secureConnection: 0x8000,
  multiStatements: 0x10000,
  multiResults: 0x20000,
  psMultiResults: 0x40000,
  pluginAuth: 0x80000,
  connectAttrs: 0x100000,
  pluginAuthLenenc: 0x200000,
  /** Nothing is tracked; but only with it do all clients read the text of an OK packet in the same way. */
  sessionTrack: 0x800000,
} as const;

/** What this server offers: everything above, and neither TLS nor LOAD DATA LOCAL. */
export const serverCapabilities = Object.values(capability).reduce((all, flag) => all | flag, 0);

export const command = {
  quit: 0x01,
  initDb: 0x02,
  query: 0x03,
  fieldList: 0x04,
  statistics: 0x09,
  ping: 0x0e,
  changeUser: 0x11,
  binlogDump: 0x12,
  stmtPrepare: 0x16,
  stmtExecute: 0x17,
  stmtSendLongData: 0x18,
  stmtClose: 0x19,
  stmtReset: 0x1a,
  setOption: 0x1b,
  resetConnection: 0x1f,
} as const;

export const status = { inTransaction: 0x1, autocommit: 0x2, moreResults: 0x8 } as const;

export const fieldType = {
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  varchar: 15,
  json: 245,
  newDecimal: 246,
  blob: 252,
  varString: 253,
  string: 254,
} as const;

export const fieldFlag = { notNull: 0x1, unsigned: 0x20, binary: 0x80, number: 0x8000 } as const;

export const charset = { utf8mb4: 45, binary: 63 } as const;

/** Longest payload of one packet; a packet of exactly this length announces another one. */
export const maxPayload = 0xffffff;
