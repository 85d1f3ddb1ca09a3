/** Which function of SQLite stands for which of MySQL. */

/** MySQL's name to SQLite's, where SQLite's own function does the same. */
export const native: Record<string, string> = {
  COUNT: 'count',
  SUM: 'sum',
  AVG: 'avg',
  MIN: 'min',
  MAX: 'max',
  ABS: 'abs',
  ROUND: 'round',
  COALESCE: 'coalesce',
  IFNULL: 'ifnull',
  NULLIF: 'nullif',
  IF: 'iif',
  TRIM: 'trim',
  LTRIM: 'ltrim',
  RTRIM: 'rtrim',
  INSTR: 'instr',
  SUBSTR: 'substr',
  SUBSTRING: 'substr',
  MID: 'substr',
  LENGTH: 'octet_length',
  OCTET_LENGTH: 'octet_length',
  CHAR_LENGTH: 'length',
  CHARACTER_LENGTH: 'length',
  GROUP_CONCAT: 'group_concat',
  SIGN: 'sign',
  JSON_EXTRACT: 'json_extract',
  JSON_OBJECT: 'json_object',
  JSON_ARRAY: 'json_array',
  JSON_VALID: 'json_valid',
  ROW_NUMBER: 'row_number',
  RANK: 'rank',
  DENSE_RANK: 'dense_rank',
  LAG: 'lag',
  LEAD: 'lead',
  FIRST_VALUE: 'first_value',
  LAST_VALUE: 'last_value',
  NTILE: 'ntile',
};

/** Other names of taught functions. */
export const aliases: Record<string, string> = {
  LCASE: 'lower',
  UCASE: 'upper',
  CEILING: 'ceil',
  POWER: 'pow',
  SHA: 'sha1',
  CURRENT_TIMESTAMP: 'now',
  LOCALTIME: 'now',
  LOCALTIMESTAMP: 'now',
  SYSDATE: 'now',
  CURRENT_DATE: 'curdate',
  CURRENT_TIME: 'curtime',
  DATE_ADD: 'date_shift',
  DATE_SUB: 'date_shift',
  ADDDATE: 'date_shift',
  SUBDATE: 'date_shift',
  DAYOFMONTH: 'day',
  SCHEMA: 'database',
  SESSION_USER: 'user',
  SYSTEM_USER: 'user',
};

/** Words that call a function without parentheses. */
export const bareFunctions: ReadonlySet<string> = new Set(
  'CURRENT_TIMESTAMP CURRENT_DATE CURRENT_TIME CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_TIMESTAMP'.split(
    ' ',
  ),
);

/** Taught functions that clients cannot call by that name. */
export const inner = new Set([
  'date_shift',
  'system_variable',
  'user_variable',
  'mark_updated',
  'assign',
  'whole',
  'regexp',
]);

export const prefix = 'my_';
