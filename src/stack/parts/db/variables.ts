/** System variables that clients ask for or set. */

import { MysqlError } from './errors.ts';
import type { Value } from './values.ts';

/** Version of MySQL whose words and numbers this server uses. */
export const serverVersion = '8.0.40-embedded';
export const versionComment = 'MySQL-compatible, SQLite inside';

export const defaults: Readonly<Record<string, Value>> = {
  autocommit: 1n,
  auto_increment_increment: 1n,
  auto_increment_offset: 1n,
  basedir: '',
  binlog_format: 'STATEMENT',
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_database: 'utf8mb4',
  character_set_results: 'utf8mb4',
  character_set_server: 'utf8mb4',
  character_set_system: 'utf8mb3',
  collation_connection: 'utf8mb4_general_ci',
  collation_database: 'utf8mb4_general_ci',
  collation_server: 'utf8mb4_general_ci',
  connect_timeout: 10n,
  default_storage_engine: 'InnoDB',
  event_scheduler: 'OFF',
  explicit_defaults_for_timestamp: 1n,
  foreign_key_checks: 1n,
  gtid_binlog_pos: '',
  gtid_current_pos: '',
  gtid_domain_id: 0n,
  gtid_slave_pos: '',
  gtid_strict_mode: 1n,
  group_concat_max_len: 1024n,
  have_openssl: 'DISABLED',
  have_ssl: 'DISABLED',
  hostname: 'localhost',
  init_connect: '',
  innodb_lock_wait_timeout: 50n,
  interactive_timeout: 28800n,
  license: 'MIT',
  local_infile: 0n,
  lock_wait_timeout: 50n,
  log_bin: 0n,
  log_slave_updates: 0n,
  lower_case_file_system: 0n,
  lower_case_table_names: 0n,
  max_allowed_packet: 16777216n,
  max_connections: 151n,
  max_execution_time: 0n,
  max_join_size: 10_000_000n,
  net_buffer_length: 16384n,
  net_read_timeout: 30n,
  net_write_timeout: 60n,
  optimizer_switch: '',
  performance_schema: 0n,
  port: 3306n,
  protocol_version: 10n,
  query_cache_size: 0n,
  query_cache_type: 'OFF',
  read_only: 0n,
  secure_file_priv: null,
  server_id: 1n,
  session_track_schema: 0n,
  skip_networking: 0n,
  socket: '',
  sql_auto_is_null: 0n,
  sql_big_selects: 0n,
  sql_log_bin: 1n,
  sql_mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
  sql_notes: 1n,
  sql_quote_show_create: 1n,
  sql_safe_updates: 0n,
  sql_select_limit: '18446744073709551615',
  system_time_zone: 'SYSTEM',
  time_zone: 'SYSTEM',
  transaction_isolation: 'REPEATABLE-READ',
  transaction_read_only: 0n,
  tx_isolation: 'REPEATABLE-READ',
  tx_read_only: 0n,
  unique_checks: 1n,
  version: serverVersion,
  version_comment: versionComment,
  version_compile_machine: process.arch,
  version_compile_os: process.platform,
  wait_timeout: 28800n,
  warning_count: 0n,
};

const switches = new Set(
  'autocommit foreign_key_checks unique_checks sql_notes sql_safe_updates sql_log_bin sql_auto_is_null sql_big_selects local_infile read_only log_bin log_slave_updates gtid_strict_mode'.split(
    ' ',
  ),
);

const readOnly = new Set(
  (
    'basedir have_openssl have_ssl hostname license log_bin lower_case_file_system lower_case_table_names performance_schema port protocol_version secure_file_priv ' +
    'skip_networking socket system_time_zone version version_comment version_compile_machine version_compile_os ' +
    'character_set_system warning_count binlog_format log_slave_updates server_id ' +
    'gtid_binlog_pos gtid_current_pos gtid_domain_id gtid_slave_pos gtid_strict_mode'
  ).split(' '),
);

/** Of the whole server; no session has its own. */
export const globalOnly: ReadonlySet<string> = new Set(['read_only']);

export const unknownVariable = (name: string): MysqlError =>
  new MysqlError(1193, `Unknown system variable '${name}'`);

const plainName = (name: string): string => name.toLowerCase().replace(/^(?:session|global|local)\./, '');

export interface Variables {
  /** Throws 1193 for a name that no variable has. */
  get(name: string): Value;
  set(name: string, value: Value): void;
  all(): [string, Value][];
}

const on = (value: Value): bigint => {
  if (typeof value === 'string') return /^(?:on|true|1)$/i.test(value) ? 1n : 0n;
  return value ? 1n : 0n;
};

/** Variables of a connection over those of the server, or those of the server themselves. */
export const createVariables = (
  base: Readonly<Record<string, Value>> = defaults,
): Variables & { values: Record<string, Value> } => {
  const values: Record<string, Value> = Object.create(base);
  const known = (name: string): string => {
    const plain = plainName(name);
    if (!(plain in values) || plain in Object.prototype) throw unknownVariable(plain);
    return plain;
  };
  return {
    values,
    get: name => values[known(name)] ?? null,
    set: (name, value) => {
      const plain = known(name);
      if (readOnly.has(plain)) throw new MysqlError(1238, `Variable '${plain}' is a read only variable`);
      if (switches.has(plain)) values[plain] = value === 'DEFAULT' ? (base[plain] ?? null) : on(value);
      else values[plain] = value === 'DEFAULT' ? (base[plain] ?? null) : value;
    },
    all: () =>
      Object.keys(defaults)
        .map((name): [string, Value] => [name, values[name] ?? null])
        .map(([name, value]) => [name, switches.has(name) ? (value ? 'ON' : 'OFF') : value]),
  };
};
