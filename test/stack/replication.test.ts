/** What is said when a database cannot be asked; what it does with one that can is tested with the db part. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePorts, loopback } from '../../src/stack/ports.ts';
import { replicationOf } from '../../src/stack/replication.ts';
import { StackError } from '../../src/stack/stack.ts';
import { dbCases } from './engine-cases.ts';
import { placeDb } from './parts/db/part.ts';

const account = { user: 'admin', password: 'a' };
const accounts = { database: 'foobar', web: account, admin: account, replication: account };

const reason = async (asking: Promise<unknown>): Promise<string> => {
  const error = await asking.then(
    () => undefined,
    thrown => thrown,
  );
  expect(error).toBeInstanceOf(StackError);
  return (error as StackError).message;
};

describe('a database that cannot be asked', () => {
  it('does not listen', async () => {
    const [port = 0] = await freePorts(1);
    expect(await reason(replicationOf({ listen: { host: loopback, port }, accounts }).position())).toBe(
      `no database listens on 127.0.0.1:${port}`,
    );
  });

  it('says nothing', async () => {
    const silent = createServer(() => {}).listen(0, loopback);
    await new Promise(resolve => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const asking = replicationOf({ listen: { host: loopback, port }, accounts }).waitFor('0-1-1', -9_500);
    expect(await reason(asking)).toMatch(/did not answer within 0\.5 s|could not be asked/);
    await new Promise(resolve => silent.close(resolve));
  });
});

describe.each(dbCases)('a single database: $name', ({ engine, present }) => {
  it.skipIf(!present)('is a primary, and nothing changes when it is promoted', async () => {
    await using db = await placeDb(engine);
    await db.start();
    const replication = replicationOf(db.at);
    const position = await replication.position();
    expect(position).toMatch(/^0-\d+-[1-9]\d*$/);
    const primary = { replica: false, readOnly: false, running: false, error: undefined, position };
    expect(await replication.status()).toMatchObject(primary);
    await replication.promote();
    expect(await replication.status()).toMatchObject(primary);
    expect(await replication.waitFor(position, 1000)).toBe(true);
    expect(await replication.waitFor('0-1-9999', 50)).toBe(false);
    await replication.freeze();
    expect(await replication.status()).toMatchObject({ readOnly: true });
    await replication.resume();
    expect(await replication.status()).toMatchObject(primary);
  });
});
