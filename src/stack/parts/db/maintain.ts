/** CHECK, ANALYZE, OPTIMIZE and REPAIR TABLE. */

import { backtick } from './create-statement.ts';
import { quoteName } from './guard.ts';
import type { Maintenance, Plan } from './plan.ts';
import { record } from './replication/record.ts';
import type { Reply } from './reply.ts';
import { checkTableLocks, type SessionState } from './session-state.ts';
import { typeOfValues } from './types.ts';
import type { Value } from './values.ts';

type Message = [type: string, text: string];

/** SQLite looks through the whole table and its keys. */
const check = ({ db }: SessionState, table: string): Message[] => {
  const found = db.rows(`PRAGMA integrity_check(${quoteName(table)})`).map(([text]) => String(text));
  return found.join() === 'ok'
    ? [['status', 'OK']]
    : [...found.map((text): Message => ['error', text]), ['error', 'Corrupt']];
};

/** What InnoDB says where it does something else, or nothing. */
const notes: Partial<Record<Maintenance, string>> = {
  optimize: 'Table does not support optimize, doing recreate + analyze instead',
  repair: "The storage engine for the table doesn't support repair",
};

export const analyze = ({ db }: SessionState, table: string): void => db.exec(`ANALYZE ${quoteName(table)}`);

const work = async (state: SessionState, verb: Maintenance, table: string): Promise<Message[]> => {
  if (verb === 'check') return check(state, table);
  const note = notes[verb];
  const said: Message[] = note === undefined ? [] : [['note', note]];
  if (verb === 'repair') return said;
  // A replica is told by its source: in which order rows are found depends on what is known about them.
  if (state.server.variables.values.read_only === 1n) return [...said, ['status', 'OK']];
  await state.transaction.alone(
    () => checkTableLocks(state, { reads: [table], writes: [] }),
    () => {
      analyze(state, table);
      record(state, { sql: `ANALYZE TABLE ${backtick(table)}` }, { foreignKeys: true });
    },
  );
  return [...said, ['status', 'OK']];
};

export const maintain = async (
  state: SessionState,
  { verb, tables }: Extract<Plan, { kind: 'maintain' }>,
): Promise<Reply> => {
  const { database } = state.server;
  const rows: Value[][] = [];
  for (const { table, exists } of tables) {
    const said: Message[] = exists
      ? await work(state, verb, table)
      : [
          ['Error', `Table '${database}.${table}' doesn't exist`],
          ['status', 'Operation failed'],
        ];
    rows.push(...said.map(message => [`${database}.${table}`, verb, ...message]));
  }
  const columns = ['Table', 'Op', 'Msg_type', 'Msg_text'];
  return { kind: 'rows', columns: columns.map((name, i) => ({ name, ...typeOfValues(rows, i) })), rows };
};
