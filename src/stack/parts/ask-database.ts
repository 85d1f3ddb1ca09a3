import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { Endpoint } from '../address-book.ts';

export interface Login {
  user: string;
  password: string;
}

/** How long a database may take to say what it is asked. */
interface Patience {
  patienceMs: number;
}

/** One value of a row by its column; in text, because drivers and versions differ in the rest. */
export type Row = Record<string, string | number | null>;

/** Asks over a connection of its own. Rejects with mysql2's error, or when nothing has been said for so long. */
export const askDatabase = async <Answer>(
  { host, port }: Endpoint,
  { user, password, patienceMs }: Login & Patience,
  ask: (query: (statement: string) => Promise<Row[]>) => Promise<Answer>,
): Promise<Answer> => {
  const { createConnection } = await import('../mysql.ts');
  const socket = connect({ host, port }).setNoDelay(true);
  const answered = new AbortController();
  const talk = async (): Promise<Answer> => {
    const connection: Connection = await createConnection({ user, password, stream: () => socket });
    connection.on('error', () => {});
    return ask(async statement => (await connection.query(statement))[0] as Row[]);
  };
  const silence = async (): Promise<never> => {
    await sleep(patienceMs, undefined, { signal: answered.signal });
    throw new Error(`${host}:${port} does not answer`);
  };
  const silent = silence();
  silent.catch(() => {});
  try {
    return await Promise.race([talk(), silent]);
  } finally {
    answered.abort();
    socket.destroy();
  }
};

/** What a database says when it is asked whether it takes writes; an Error when it cannot be asked. */
export type WriteState = 'writable' | 'read-only' | Error;

/** A number in most versions, a word in the newest. */
const off: readonly unknown[] = [0, '0', 'OFF'];

/** Never rejects. */
export const takesWrites = (here: Endpoint, login: Login & Patience): Promise<WriteState> =>
  askDatabase(here, login, async query => {
    const [row] = await query('SELECT @@read_only AS value');
    return off.includes(row?.value) ? ('writable' as const) : ('read-only' as const);
  }).catch(error => (error instanceof Error ? error : new Error(String(error))));
