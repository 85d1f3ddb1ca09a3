/** Running START, STOP and RESET REPLICA, and CHANGE MASTER. */

import { MysqlError } from '../errors.ts';
import { ok, type Reply } from '../reply.ts';
import type { Server } from '../server.ts';
import type { SessionState } from '../session-state.ts';
import type { Halves, ReplicaOrder, SourceChange } from './order-syntax.ts';
import { createReplica, type Replica } from './replica.ts';
import { forgetSource, readSource, unsetSource, writeSource } from './source.ts';

const both: Halves = { io: true, sql: true };

/** At the start of the server: repeats whom it was told to repeat. */
export const resumeReplica = (server: Server): void => {
  const source = server.sourceFile === undefined ? undefined : readSource(server.sourceFile);
  if (!source) return;
  server.replica = createReplica(server, source);
  server.replica.start(both);
};

const note = (state: SessionState, code: number, message: string): void => {
  state.warnings = [{ level: 'Note', code, message }];
};

const start = (state: SessionState, halves: Halves): void => {
  const { replica } = state.server;
  if (!replica)
    throw new MysqlError(
      1200,
      'Misconfigured slave: MASTER_HOST was not set; Fix in config file or with CHANGE MASTER TO',
    );
  const { io, sql } = replica.running;
  if ((io || !halves.io) && (sql || !halves.sql)) note(state, 1254, 'Slave is already running');
  replica.start(halves);
};

const stop = async (state: SessionState, halves: Halves): Promise<void> => {
  const { replica } = state.server;
  if (!replica?.running.io && !replica?.running.sql) note(state, 1255, 'Slave already has been stopped');
  await replica?.stop(halves);
};

/** Throws 1198 while it runs. */
const standing = (replica: Replica | undefined): void => {
  if (replica?.running.io || replica?.running.sql)
    throw new MysqlError(
      1198,
      "This operation cannot be performed as you have a running slave ''; run STOP SLAVE '' first",
    );
};

const reset = ({ server }: SessionState, all: boolean): void => {
  standing(server.replica);
  if (!all) return;
  if (server.sourceFile !== undefined) forgetSource(server.sourceFile);
  server.replica = undefined;
};

const change = ({ server }: SessionState, wanted: SourceChange): void => {
  standing(server.replica);
  const source = { ...(server.replica?.source ?? unsetSource), ...wanted };
  if (source.host === '')
    throw new MysqlError(1210, 'Incorrect arguments to MASTER_HOST: nobody was named whom to repeat');
  if (server.sourceFile !== undefined) writeSource(server.sourceFile, source);
  if (server.replica) server.replica.source = source;
  else server.replica = createReplica(server, source);
};

/** Throws MysqlError. */
export const obey = async (state: SessionState, order: ReplicaOrder): Promise<Reply> => {
  switch (order.verb) {
    case 'start':
      start(state, order.halves);
      return ok();
    case 'stop':
      await stop(state, order.halves);
      return ok();
    case 'reset':
      reset(state, order.all);
      return ok();
    case 'change':
      change(state, order.change);
      return ok();
  }
};
