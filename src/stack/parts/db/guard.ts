/**
 * Nothing that a client says reaches a file, or the tables that hold this server together.
 *
 * Four rules, and no list of forbidden statements: only kinds of statements that the translator knows are
 * run; only functions of MySQL that functions.ts knows are called; a bare word of the client gets to
 * SQLite only when it is one of the keywords below, everything else arrives there as a quoted name or as a
 * bound value. So SQLite's ATTACH, PRAGMA and VACUUM are names of columns that do not exist. And where a table
 * stands only those are found that were created here, so that virtual tables do not exist either.
 */

/** Words that may stand bare in SQLite's SELECT, INSERT, UPDATE and DELETE. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'ALL AND AS ASC BETWEEN BY CASE CROSS DELETE DESC DISTINCT ELSE ESCAPE EXCEPT EXISTS FALSE FROM GROUP ' +
    'HAVING IN INNER INSERT INTERSECT INTO IS JOIN LEFT LIKE LIMIT NATURAL NOT NULL ON OR ORDER OUTER ' +
    'REGEXP REPLACE RIGHT SELECT SET THEN TRUE UNION UPDATE USING VALUES WHEN WHERE WITH'
  ).split(' '),
);

/** Words of a window's definition; elsewhere they are names. */
export const windowKeywords: ReadonlySet<string> = new Set(
  'PARTITION ROWS RANGE CURRENT ROW PRECEDING FOLLOWING UNBOUNDED BETWEEN'.split(' '),
);

/** Names with this beginning are ours: the catalogue and copies of information_schema. */
export const ownPrefix = 'embedded_';

const reserved = new RegExp(`^(?:sqlite_|pragma_|${ownPrefix})`, 'i');

/** Names that no client may create or use. */
export const isReservedName = (name: string): boolean =>
  reserved.test(name) || name.includes('\0') || name.length > 64;

/** SQLite's names for the hidden number of a row. */
export const isRowId = (name: string): boolean => /^(?:rowid|oid|_rowid_)$/i.test(name);

/** A name as SQLite reads nothing else but a name. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as an expression that SQLite cannot take for a name, as it does with 'text' in some places. */
export const quoteText = (text: string): string => `CAST(X'${Buffer.from(text).toString('hex')}' AS TEXT)`;
