/** A manager, a primary and its replicas: real databases of every engine that is present. */
import type { Connection } from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { bestOf } from '../../../../src/stack/parts/failover/database-job.ts';
import { type ReplicaState, sequence } from '../../../../src/stack/parts/failover/replica.ts';
import type { PartId } from '../../../../src/stack/topology.ts';
import { changeTopology, topologyByName } from '../../../../src/stack/topology-changes.ts';
import { until } from '../../../until.ts';
import { dbCases } from '../../engine-cases.ts';
import { type Db, placeDb } from '../db/part.ts';
import { createScene, type Scene } from './scene.ts';

const manager: PartId = 'failover@manager-1';

const managed = (): Scene['topology'] => {
  const { topology } = changeTopology(topologyByName('replicated'), { type: 'add', what: 'failover' });
  if (!topology) throw new Error('no manager');
  return topology;
};

describe.each(dbCases)('the manager of databases: $name', ({ engine, present }) => {
  describe.skipIf(!present)('with a primary and a replica', () => {
    let scene: Scene;
    let dbs: Db[];

    const start = async (): Promise<[Db, Db]> => {
      const primary = await placeDb(engine, 'db-1');
      const replica = await placeDb(engine, 'db-2', primary);
      dbs = [primary, replica];
      scene = await createScene(managed(), {
        places: { 'db@db-1': primary.at.listen, 'db@db-2': replica.at.listen },
      });
      await primary.start();
      await replica.start();
      await scene.start(manager);
      await scene.logged(manager, 'db-1 takes the writes, and answers');
      return [primary, replica];
    };

    afterEach(async () => {
      await scene?.[Symbol.asyncDispose]();
      for (const db of dbs) await db[Symbol.asyncDispose]();
    });

    const asAdmin = (db: Db): Promise<Connection> => db.connect({ ...db.at.accounts.admin });
    const value = async (connection: Connection, sql: string): Promise<unknown> =>
      Object.values(((await connection.query(sql))[0] as Record<string, unknown>[])[0] ?? {})[0];
    const repeated = async (primary: Db, replica: Db): Promise<void> => {
      const [from, to] = [await primary.connect(), await replica.connect()];
      await from.query("INSERT INTO entries (name, message) VALUES ('x', 'before')");
      await until(async () => (await value(to, 'SELECT COUNT(*) FROM entries')) === 5);
    };
    const promoted = () => scene.reports.map(({ report }) => report);

    it.each(['SIGKILL', 'SIGSTOP'] as const)('promotes the replica after %s of the primary', async signal => {
      const [primary, replica] = await start();
      await repeated(primary, replica);
      const old = signal === 'SIGSTOP' ? await asAdmin(primary) : undefined;
      primary.process?.kill(signal);
      await until(() => promoted().length > 0);
      expect(promoted()).toEqual([{ type: 'promoted', server: 'db-2' }]);
      expect(await scene.log(manager)).toMatch(
        /db-1 is gone: .*\n.* db-2 is promoted: it takes the writes now/,
      );
      const web = await replica.connect();
      await web.query("INSERT INTO entries (name, message) VALUES ('x', 'after')");
      expect(await value(web, 'SELECT COUNT(*) FROM entries')).toBe(6);
      await scene.logged(manager, 'db-2 takes the writes, and answers');
      if (!old) return;
      // The old one must not take writes that nobody would see again.
      primary.process?.kill('SIGCONT');
      await until(async () => Number(await value(old, 'SELECT @@read_only')) === 1);
      expect(promoted()).toHaveLength(1);
    });

    it('leaves a primary alone that lives, that is busy, or that refuses to be asked', async () => {
      const [primary] = await start();
      const admin = await asAdmin(primary);
      await admin.query('SELECT SLEEP(1)');
      for (let id = 1; id < 60; id++) await admin.query(`KILL ${id}`).catch(() => {});
      const next = await asAdmin(primary);
      expect(await value(next, 'SELECT 1')).toBe(1);
      const before = (await scene.said(manager)).primary;
      expect([before, promoted()]).toEqual(['db-1', []]);
      expect(await scene.log(manager)).not.toContain('gone');
    });

    it('promotes nobody when the replica takes writes already, or cannot be asked, but as soon as it can', async () => {
      const [primary, replica] = await start();
      const admin = await asAdmin(replica);
      await admin.query('SET GLOBAL read_only = 0');
      await primary.stop('SIGKILL');
      await scene.logged(manager, 'nothing is promoted: db-2 takes writes already');
      await admin.query('SET GLOBAL read_only = 1');
      replica.process?.kill('SIGSTOP');
      await scene.logged(manager, 'nothing is promoted: db-2 cannot be asked');
      expect(promoted()).toEqual([]);
      replica.process?.kill('SIGCONT');
      await until(() => promoted().length > 0);
      expect(promoted()).toEqual([{ type: 'promoted', server: 'db-2' }]);
    });

    it('promotes nobody for a primary that it has never seen, and takes the plan over', async () => {
      const [primary, replica] = await start();
      scene.change({ type: 'promote', server: 'db-2' });
      await scene.logged(manager, 'db-2 takes the writes, and answers');
      await primary.stop('SIGKILL');
      scene.change({ type: 'promote', server: 'db-1' });
      await scene.logged(manager, 'db-1 cannot be reached yet: the connection is refused');
      expect(promoted()).toEqual([]);
      expect(await scene.said(manager)).toEqual({ primary: 'db-1', seen: false });
      expect(replica.process?.exitCode).toBeNull();
    });
  });
});

describe('the replica that is chosen', () => {
  const examined = (...states: ReplicaState[]) =>
    states.map((state, index) => ({
      database: { server: `db-${index + 2}`, here: { host: '127.0.0.1', port: 1 }, primary: false },
      state,
    }));

  it.each<[string | undefined, ReplicaState[]]>([
    ['db-2', [{ received: '0-1-9' }]],
    ['db-3', [{ received: '0-1-9' }, { received: '0-1-10' }]],
    ['db-2', [{ received: '0-1-10' }, { received: '0-1-10' }]],
    ['db-3', [new Error('gone'), { received: '' }]],
    [undefined, [new Error('gone')]],
    [undefined, [{ received: '0-1-9' }, 'writable']],
    [undefined, []],
  ])('is %s', (server, states) => {
    expect(bestOf(examined(...states))?.server).toBe(server);
  });

  it('is found by how many transactions a position stands for', () => {
    expect(['', '0-1-57', '3E11FA47-71CA-11E1-9E33-C80AA9429562:1-23'].map(sequence)).toEqual([0, 57, 23]);
  });
});
