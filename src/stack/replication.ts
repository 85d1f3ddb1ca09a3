import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Placement } from './parts/part.ts';
import { StackError } from './stack.ts';

const usualDeadlineMs = 10_000;
const pollMs = 10;
/** A replica of MariaDB waits for a second between two tries to connect; starting it anew makes it try at once. */
const nudgeMs = 250;

export interface ReplicationStatus {
  /** Whether it repeats another database; all but `position` and `readOnly` means something only then. */
  replica: boolean;
  readOnly: boolean;
  /** Whether it is connected to its source and applies what comes. */
  running: boolean;
  /** Age of what it applies next, in whole seconds; nothing while it does not run. */
  behindSeconds: number | undefined;
  delayMs: number;
  /** Why it stands still, with MySQL's number. */
  error: string | undefined;
  /** Its last transaction, such as `0-1-57`; empty before the first. */
  position: string;
}

/** One database as a member of a replication. Every method throws StackError, and ends by its own deadline. */
export interface Replication {
  /** From now on nobody but the lab's own account changes anything there; nothing that is open can be committed. */
  freeze(): Promise<void>;
  /** Undoes `freeze`; a replica starts to repeat again. */
  resume(): Promise<void>;
  /** Its last transaction. */
  position(): Promise<string>;
  /** Whether it has got there within the time, in milliseconds. */
  waitFor(position: string, deadlineMs: number): Promise<boolean>;
  /** Makes it a primary that takes writes. What it had not repeated by now is lost. */
  promote(): Promise<void>;
  /**
   * It repeats everything so much later. Resolves to the delay that holds now, in milliseconds: MariaDB and MySQL
   * know whole seconds only, and get the next longer one.
   */
  delay(ms: number): Promise<number>;
  status(): Promise<ReplicationStatus>;
}

type Row = Record<string, unknown>;

const rowOf = async (connection: Connection, sql: string): Promise<Row | undefined> =>
  (await connection.query<RowDataPacket[]>(sql))[0][0];

/** Where the dialects differ; the embedded engine speaks MariaDB's. */
interface Dialect {
  word: 'SLAVE' | 'REPLICA';
  position: string;
  changeDelay(ms: number): { sql: string; ms: number };
  reached(connection: Connection, position: string): Promise<boolean>;
}

const wholeSeconds = (ms: number): number => Math.ceil(ms / 1000);

const sequence = (gtid: string): number => Number(gtid.split('-')[2] ?? 0);

const mariadb: Dialect = {
  word: 'SLAVE',
  position: '@@GLOBAL.gtid_current_pos',
  changeDelay: ms => ({
    sql: `CHANGE MASTER TO MASTER_DELAY = ${wholeSeconds(ms)}`,
    ms: wholeSeconds(ms) * 1000,
  }),
  reached: async (connection, position) => {
    const row = await rowOf(connection, 'SELECT @@GLOBAL.gtid_current_pos AS position');
    return sequence(String(row?.position ?? '')) >= sequence(position);
  },
};

const embedded: Dialect = {
  ...mariadb,
  changeDelay: ms => ({ sql: `CHANGE MASTER TO MASTER_DELAY = ${(ms / 1000).toFixed(3)}`, ms }),
};

/** Written after MySQL's manual (8.0, chapter 19); not tried out. */
const mysql: Dialect = {
  word: 'REPLICA',
  position: '@@GLOBAL.gtid_executed',
  changeDelay: ms => ({
    sql: `CHANGE REPLICATION SOURCE TO SOURCE_DELAY = ${wholeSeconds(ms)}`,
    ms: wholeSeconds(ms) * 1000,
  }),
  reached: async (connection, position) => {
    const sql = connection.format('SELECT GTID_SUBSET(?, @@GLOBAL.gtid_executed) AS reached', [position]);
    return Number((await rowOf(connection, sql))?.reached) === 1;
  },
};

const dialectOf = async (connection: Connection): Promise<Dialect> => {
  const version = String((await rowOf(connection, 'SELECT VERSION() AS version'))?.version);
  if (/embedded/i.test(version)) return embedded;
  return /mariadb/i.test(version) ? mariadb : mysql;
};

/** Columns of SHOW SLAVE STATUS or SHOW REPLICA STATUS. */
const cell = (row: Row | undefined, maria: string, mysqlName: string): unknown =>
  row?.[maria] ?? row?.[mysqlName];

const statusOf = async (connection: Connection, { word, position }: Dialect): Promise<ReplicationStatus> => {
  const own = await rowOf(connection, `SELECT @@GLOBAL.read_only AS readOnly, ${position} AS position`);
  const row = await rowOf(connection, `SHOW ${word} STATUS`);
  const of = (maria: string, mysqlName: string): unknown => cell(row, maria, mysqlName);
  const behind = of('Seconds_Behind_Master', 'Seconds_Behind_Source');
  const failure = (half: string): string[] => {
    const number = Number(row?.[`Last_${half}_Errno`] ?? 0);
    return number ? [`ERROR ${number}: ${row?.[`Last_${half}_Error`]}`] : [];
  };
  return {
    replica: row !== undefined,
    readOnly: Number(own?.readOnly) === 1,
    running:
      of('Slave_IO_Running', 'Replica_IO_Running') === 'Yes' &&
      of('Slave_SQL_Running', 'Replica_SQL_Running') === 'Yes',
    behindSeconds: typeof behind === 'number' ? behind : undefined,
    delayMs: Number(row?.SQL_Delay ?? 0) * 1000,
    error: [...failure('SQL'), ...failure('IO')][0],
    position: String(own?.position ?? ''),
  };
};

/** The error in words; the caller knows which database was asked. */
const asStackError = (error: unknown, { host, port }: Placement['listen']): StackError => {
  if (error instanceof StackError) return error;
  const { errno, sqlState, message, code } = error as {
    errno?: number;
    sqlState?: string;
    message?: string;
    code?: string;
  };
  if (sqlState) return new StackError(`ERROR ${errno} (${sqlState}): ${message}`);
  if (code === 'ECONNREFUSED') return new StackError(`no database listens on ${host}:${port}`);
  return new StackError(
    `the database on ${host}:${port} could not be asked: ${message || code || String(error)}`,
  );
};

/**
 * By the lab's own account, a connection for each call. Needs nothing of the stack but where the database listens
 * and the accounts, so any process of it can ask.
 */
export const replicationOf = ({ listen, accounts }: Pick<Placement, 'listen' | 'accounts'>): Replication => {
  const asked = async <T>(
    use: (connection: Connection, dialect: Dialect) => Promise<T>,
    deadlineMs = usualDeadlineMs,
  ): Promise<T> => {
    let connection: Connection | undefined;
    const deadline = AbortSignal.timeout(deadlineMs);
    const late = new Promise<never>((_, reject) => {
      deadline.addEventListener('abort', () =>
        reject(
          new StackError(
            `the database on ${listen.host}:${listen.port} did not answer within ${deadlineMs / 1000} s`,
          ),
        ),
      );
    });
    const using = (async () => {
      const { createConnection } = await import('./mysql.ts');
      connection = await createConnection({
        ...listen,
        ...accounts.admin,
        connectTimeout: deadlineMs,
      });
      connection.on('error', () => {});
      if (deadline.aborted) connection.destroy();
      return use(connection, await dialectOf(connection));
    })();
    using.catch(() => {});
    try {
      return await Promise.race([using, late]);
    } catch (error) {
      throw asStackError(error, listen);
    } finally {
      connection?.destroy();
    }
  };

  return {
    freeze: () =>
      asked(async connection => {
        await connection.query('SET SESSION lock_wait_timeout = 5');
        await connection.query('SET GLOBAL read_only = 1');
      }),
    resume: () =>
      asked(async (connection, { word }) => {
        if (await rowOf(connection, `SHOW ${word} STATUS`)) await connection.query(`START ${word}`);
        else await connection.query('SET GLOBAL read_only = 0');
      }),
    position: () =>
      asked(async (connection, { position }) =>
        String((await rowOf(connection, `SELECT ${position} AS position`))?.position ?? ''),
      ),
    waitFor: (position, deadlineMs) =>
      asked(async (connection, dialect) => {
        const deadline = performance.now() + deadlineMs;
        let nudge = performance.now() + nudgeMs;
        while (!(await dialect.reached(connection, position))) {
          if (performance.now() > deadline) return false;
          if (performance.now() > nudge) {
            await nudgeOn(connection, dialect);
            nudge = performance.now() + nudgeMs;
          }
          await sleep(pollMs);
        }
        return true;
      }, deadlineMs + usualDeadlineMs),
    promote: () =>
      asked(async (connection, { word }) => {
        await connection.query(`STOP ${word}`);
        await connection.query(`RESET ${word} ALL`);
        await connection.query('SET GLOBAL read_only = 0');
      }),
    delay: ms =>
      asked(async (connection, { word, changeDelay }) => {
        const change = changeDelay(ms);
        await connection.query(`STOP ${word}`);
        await connection.query(change.sql);
        await connection.query(`START ${word}`);
        return change.ms;
      }),
    status: () => asked(statusOf),
  };
};

const nudgeOn = async (connection: Connection, { word }: Dialect): Promise<void> => {
  const row = await rowOf(connection, `SHOW ${word} STATUS`);
  if (cell(row, 'Slave_IO_Running', 'Replica_IO_Running') !== 'Connecting') return;
  await connection.query(`STOP ${word} IO_THREAD`);
  await connection.query(`START ${word} IO_THREAD`);
};

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
