/** SHOW REPLICA STATUS, SHOW MASTER STATUS and SHOW BINLOG EVENTS, in MariaDB's columns. */

import { readSync } from 'node:fs';
import { basename } from 'node:path';
import type { ShowWhat } from '../plan.ts';
import type { Listing } from '../show.ts';
import type { Value } from '../values.ts';
import { readEntry } from './entry.ts';
import type { Journal } from './journal.ts';
import type { Replica, ReplicaStatus } from './replica.ts';

export interface ReplicationView {
  readonly journal: Journal | undefined;
  readonly replica: Replica | undefined;
  readonly database: string;
}

const seconds = (ms: number | undefined): bigint | null =>
  ms === undefined ? null : BigInt(Math.floor(ms / 1000));

const yes = (on: boolean): string => (on ? 'Yes' : 'No');

const fetchState: Record<ReplicaStatus['fetching'], string> = {
  No: '',
  Connecting: 'Connecting to master',
  Yes: 'Waiting for master to send event',
};

const applyState = ({ applying, waitsMs, waiting }: ReplicaStatus): string => {
  if (!applying) return '';
  if (waitsMs !== undefined) return 'Waiting until MASTER_DELAY seconds after master executed event';
  return waiting > 0
    ? 'Reading event from the relay log'
    : 'Slave has read all relay log; waiting for more updates';
};

/** Of a server that repeats nobody, all but the names is left out. */
const statusColumns = (status: ReplicaStatus | undefined, file: string): [string, Value][] => {
  const source = status?.source;
  const last = (failure: { code: number; message: string } | undefined): [bigint, string] => [
    BigInt(failure?.code ?? 0),
    failure?.message ?? '',
  ];
  const [fetchCode, fetchMessage] = last(status?.fetchError);
  const [applyCode, applyMessage] = last(status?.applyError);
  return [
    ['Slave_IO_State', status ? fetchState[status.fetching] : ''],
    ['Master_Host', source?.host ?? ''],
    ['Master_User', source?.user ?? ''],
    ['Master_Port', BigInt(source?.port ?? 0)],
    ['Connect_Retry', (source?.retryMs ?? 0) / 1000],
    ['Master_Log_File', file],
    ['Slave_IO_Running', status?.fetching ?? 'No'],
    ['Slave_SQL_Running', yes(status?.applying ?? false)],
    ['Last_Errno', applyCode],
    ['Last_Error', applyMessage],
    ['Relay_Log_Space', BigInt(status?.waiting ?? 0)],
    ['Until_Condition', 'None'],
    ['Master_SSL_Allowed', 'No'],
    ['Seconds_Behind_Master', seconds(status?.behindMs)],
    ['Last_IO_Errno', fetchCode],
    ['Last_IO_Error', fetchMessage],
    ['Last_SQL_Errno', applyCode],
    ['Last_SQL_Error', applyMessage],
    ['Master_Server_Id', BigInt(status?.sourceId ?? 0)],
    ['Using_Gtid', 'Slave_Pos'],
    ['Gtid_IO_Pos', status?.fetched ?? ''],
    ['SQL_Delay', (source?.delayMs ?? 0) / 1000],
    ['SQL_Remaining_Delay', seconds(status?.waitsMs)],
    ['Slave_SQL_Running_State', status ? applyState(status) : ''],
  ];
};

const replicaStatus = ({ replica, journal }: ReplicationView): Listing => {
  const cells = statusColumns(replica?.status, journal ? basename(journal.file) : '');
  const whole = (value: Value): Value =>
    typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
  return {
    columns: cells.map(([name]) => name),
    rows: replica ? [cells.map(([, value]) => whole(value))] : [],
  };
};

/** As many events as one looks at; the file itself can be read in any case. */
const mostEvents = 1000;
const mostBytes = 4 * 1024 * 1024;

const events = ({ journal, database }: ReplicationView): Value[][] => {
  if (!journal) return [];
  const length = Math.min(journal.end, mostBytes);
  const bytes = Buffer.alloc(length);
  readSync(journal.fd, bytes, 0, length, 0);
  const rows: Value[][] = [];
  let at = 0;
  for (let end = bytes.indexOf(10); end >= 0 && rows.length < mostEvents; end = bytes.indexOf(10, at)) {
    const { gtid, statements } = readEntry(bytes.toString('utf8', at, end));
    const server = BigInt(gtid.split('-')[1] ?? 0);
    const event = (type: string, info: string): Value[] => [
      basename(journal.file),
      BigInt(at),
      type,
      server,
      BigInt(end + 1),
      info,
    ];
    rows.push(event('Gtid', `GTID ${gtid}`));
    for (const { sql, request } of statements) {
      const comment = request === undefined ? '' : ` /* request=${request} */`;
      rows.push(event('Query', `use \`${database}\`; ${sql}${comment}`));
    }
    at = end + 1;
  }
  return rows;
};

export const replicationListing = (what: ShowWhat, view: ReplicationView): Listing => {
  const { journal } = view;
  switch (what) {
    case 'replica status':
      return replicaStatus(view);
    case 'binlog status':
      return {
        columns: ['File', 'Position', 'Binlog_Do_DB', 'Binlog_Ignore_DB'],
        rows: journal ? [[basename(journal.file), BigInt(journal.end), '', '']] : [],
      };
    case 'binary logs':
      return {
        columns: ['Log_name', 'File_size'],
        rows: journal ? [[basename(journal.file), BigInt(journal.end)]] : [],
      };
    default:
      return {
        columns: ['Log_name', 'Pos', 'Event_type', 'Server_id', 'End_log_pos', 'Info'],
        rows: events(view),
      };
  }
};
