import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../address-book.ts';
import { type Replication, replicationOf } from '../../replication.ts';
import { askDatabase, type Login } from '../ask-database.ts';
import type { Accounts } from '../part.ts';

const patienceMs = 500;
/** How long a replica may go on to apply what it has received of a primary that is gone. */
const applyMs = 300;

/** What a replica says of itself; an Error when it cannot be asked. */
export type ReplicaState = 'writable' | Error | { received: string };

const replicationAt = (listen: Endpoint, { user, password }: Login): Replication => {
  const nobody: Login = { user: '', password: '' };
  // The lab's own account does everything here.
  const accounts: Accounts = { database: '', web: nobody, replication: nobody, admin: { user, password } };
  return replicationOf({ listen, accounts });
};

const inTime = async <Answer>(answer: Promise<Answer>, { host, port }: Endpoint): Promise<Answer> => {
  const over = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${host}:${port} does not answer`);
  });
  late.catch(() => {});
  answer.catch(() => {});
  return Promise.race([answer, late]).finally(() => over.abort());
};

/** How many transactions a position stands for: its last number, `57` of `0-1-57`. */
export const sequence = (position: string): number => Number(/(\d+)$/.exec(position)?.[1] ?? 0);

/** The last transaction that it has received, be it applied or not. */
const receivedBy = (here: Endpoint, login: Login): Promise<string> =>
  askDatabase(here, { ...login, patienceMs }, async query => {
    const [status] = await query('SHOW SLAVE STATUS');
    return String(status?.Gtid_IO_Pos ?? status?.Retrieved_Gtid_Set ?? '');
    // Newer versions of MySQL call it otherwise.
  }).catch(() => '');

/** Never rejects. */
export const examine = async (here: Endpoint, login: Login): Promise<ReplicaState> => {
  try {
    const { readOnly, position } = await inTime(replicationAt(here, login).status(), here);
    if (!readOnly) return 'writable';
    const received = await receivedBy(here, login);
    return { received: sequence(received) > sequence(position) ? received : position };
  } catch (error) {
    return error as Error;
  }
};

/**
 * Has it take the writes, when it has applied what it has received; resolves with the number of transactions that it
 * had received and could not apply in time. Rejects with StackError.
 */
export const promote = async (here: Endpoint, login: Login): Promise<number> => {
  const replication = replicationAt(here, login);
  const received = await receivedBy(here, login);
  const all = received === '' || (await replication.waitFor(received, applyMs));
  const missing = all ? 0 : sequence(received) - sequence(await replication.position());
  await replication.promote();
  return missing;
};
