/** The commands of a client that has logged in. */

import { MysqlError, syntaxError } from './errors.ts';
import { type Allowance, createLongData, type LongData } from './long-data.ts';
import { PacketReader, PacketWriter } from './packets.ts';
import type { Plan } from './plan.ts';
import { capability, command, fieldType, status } from './protocol.ts';
import type { Reply } from './reply.ts';
import { type Column, writeColumn, writeEof, writeError, writeOk, writeRows } from './resultset.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';
import { splitStatements, tokenize } from './tokens.ts';
import { wireType } from './types.ts';
import { readParameter, textOrBytes, type Value } from './values.ts';

interface Handle {
  text: string;
  params: number;
  types: { type: number; unsigned: boolean }[];
  long: LongData;
}

/** As MySQL's max_prepared_stmt_count, but per connection. */
const mostHandles = 16382;
const mostParams = 65535;
/** Parameters that came ahead, of all statements of a connection. */
const longestData = 64 * 1024 * 1024;
/** Of several statements at once: their replies are sent when they are so long, or so many. */
const largestReply = 1024 * 1024;
const fairShare = 100;

const parameterColumn: Column = { name: '?', type: fieldType.varString, decimals: 0 };

/** `flush` sends what is finished of a reply that is not, and takes it out. */
export const createCommands = (
  server: Server,
  session: Session,
  capabilities: number,
  flush: (out: PacketWriter) => Promise<void>,
) => {
  const handles = new Map<number, Handle>();
  const allowance: Allowance = { left: longestData };
  let lastHandle = 0;
  let multi = (capabilities & capability.multiStatements) !== 0;

  const flags = () =>
    (session.transaction.autocommit ? status.autocommit : 0) |
    (session.transaction.active ? status.inTransaction : 0);

  const write = (out: PacketWriter, reply: Reply, more: boolean, binary: boolean) => {
    const now = flags() | (more ? status.moreResults : 0);
    const warnings = session.warnings.length;
    const before = out.checkpoint();
    try {
      if (reply.kind === 'ok') writeOk(out, now, { ...reply, warnings });
      else writeRows(out, { ...reply, warnings }, now, binary);
    } catch (error) {
      out.restore(before);
      throw error;
    }
  };

  /** A question mark means something in prepared statements only. */
  const noParams = (text: string, plan: Plan): Plan => {
    if (plan.params === 0) return plan;
    throw syntaxError(text, tokenize(text).find(({ kind }) => kind === 'param')?.at ?? 0);
  };

  const query = async (out: PacketWriter, text: string): Promise<void> => {
    const many = multi && text.includes(';') ? splitStatements(text) : [text];
    const statements = many.length ? many : [text];
    for (const [i, statement] of statements.entries()) {
      const reply = await session.run(statement, () => noParams(statement, session.plan(statement)), []);
      const more = i < statements.length - 1;
      write(out, reply, more, false);
      if (more && (out.size > largestReply || i % fairShare === fairShare - 1)) await flush(out);
    }
  };

  const prepare = (out: PacketWriter, text: string): void => {
    if (handles.size >= mostHandles)
      throw new MysqlError(
        1461,
        `Can't create more than max_prepared_stmt_count statements (current value: ${mostHandles})`,
      );
    const plan = session.plan(text);
    const columns = session.describe(plan);
    if (plan.params > mostParams)
      throw new MysqlError(1390, 'Prepared statement contains too many placeholders');
    const id = ++lastHandle;
    handles.set(id, { text, params: plan.params, types: [], long: createLongData(allowance) });
    out.uint(0, 1).uint(id, 4).uint(columns.length, 2).uint(plan.params, 2).zeros(1).uint(0, 2).end();
    for (let i = 0; i < plan.params; i++) writeColumn(out, parameterColumn);
    if (plan.params) writeEof(out, flags());
    for (const column of columns) writeColumn(out, column);
    if (columns.length) writeEof(out, flags());
  };

  const handleOf = (input: PacketReader, what: string): Handle => {
    const id = input.uint(4);
    const handle = handles.get(id);
    if (!handle) throw new MysqlError(1243, `Unknown prepared statement handler (${id}) given to ${what}`);
    return handle;
  };

  const readParams = (input: PacketReader, handle: Handle): Value[] => {
    if (handle.params === 0) return [];
    const nulls = input.bytes((handle.params + 7) >> 3);
    if (input.uint(1) === 1)
      handle.types = Array.from({ length: handle.params }, () => ({
        type: input.uint(1),
        unsigned: (input.uint(1) & 0x80) !== 0,
      }));
    if (handle.types.length < handle.params)
      throw new MysqlError(1210, 'Incorrect arguments to mysqld_stmt_execute');
    return handle.types.map(({ type, unsigned }, i) => {
      const long = handle.long.get(i);
      if (long) return textOrBytes(long);
      return ((nulls[i >> 3] ?? 0) >> (i & 7)) & 1 ? null : readParameter(input, type, unsigned);
    });
  };

  const execute = async (out: PacketWriter, input: PacketReader): Promise<void> => {
    const handle = handleOf(input, 'mysqld_stmt_execute');
    input.skip(5);
    if (handle.long.tooLong) {
      handle.long.clear();
      throw new MysqlError(
        1153,
        "Parameter of prepared statement which is set through mysql_send_long_data() is longer than 'max_allowed_packet' bytes",
      );
    }
    const params = readParams(input, handle);
    handle.long.clear();
    const reply = await session.run(handle.text, () => session.plan(handle.text), params);
    write(out, reply, false, true);
  };

  const longData = (input: PacketReader): void => {
    const handle = handles.get(input.uint(4));
    const param = input.uint(2);
    if (handle && param < handle.params) handle.long.add(param, input.rest());
  };

  const fieldList = (out: PacketWriter, input: PacketReader): void => {
    const table = input.nulTerminated();
    const model = server.tables().get(table);
    if (!model) throw new MysqlError(1146, `Table '${server.database}.${table}' doesn't exist`);
    for (const { name, type } of model.columns) {
      const wire = wireType(type.name) ?? { type: fieldType.varString, decimals: 0 };
      writeColumn(
        out,
        { name, ...wire, table, originTable: table, originName: name, schema: server.database },
        true,
      );
    }
    writeEof(out, flags());
  };

  const statistics = (out: PacketWriter): void => {
    const uptime = Math.max(1, Math.floor((performance.now() - server.started) / 1000));
    const average = (server.questions / uptime).toFixed(3);
    out
      .text(
        `Uptime: ${uptime}  Threads: ${server.processes.size}  Questions: ${server.questions}  Slow queries: 0  ` +
          `Opens: 0  Flush tables: 0  Open tables: ${server.tables().size}  Queries per second avg: ${average}`,
      )
      .end();
  };

  const perform = async (out: PacketWriter, code: number, input: PacketReader): Promise<void> => {
    switch (code) {
      case command.ping:
        return writeOk(out, flags());
      case command.query:
        return query(out, input.rest().toString('utf8'));
      case command.initDb:
        session.use(input.rest().toString('utf8'));
        return writeOk(out, flags());
      case command.stmtPrepare:
        return prepare(out, input.rest().toString('utf8'));
      case command.stmtExecute:
        return execute(out, input);
      case command.stmtReset:
        handleOf(input, 'mysqld_stmt_reset').long.clear();
        return writeOk(out, flags());
      case command.fieldList:
        return fieldList(out, input);
      case command.statistics:
        return statistics(out);
      case command.setOption:
        multi = input.uint(2) === 0;
        return writeEof(out, flags());
      case command.resetConnection:
        session.reset();
        for (const handle of handles.values()) handle.long.clear();
        handles.clear();
        return writeOk(out, flags());
      default:
        throw new MysqlError(1047, 'Unknown command');
    }
  };

  /** The whole reply to one command, or nothing for the commands that get none. */
  return async (payload: Buffer): Promise<PacketWriter | undefined> => {
    const input = new PacketReader(payload);
    const code = input.left ? input.uint(1) : -1;
    if (code === command.stmtClose) {
      const id = input.uint(4);
      handles.get(id)?.long.clear();
      handles.delete(id);
      return undefined;
    }
    if (code === command.stmtSendLongData) {
      longData(input);
      return undefined;
    }
    const out = new PacketWriter(1);
    try {
      await perform(out, code, input);
    } catch (error) {
      out.restore(out.checkpoint());
      writeError(
        out,
        error instanceof MysqlError ? error : new MysqlError(1105, `Unknown error: ${String(error)}`),
      );
    }
    return out;
  };
};
