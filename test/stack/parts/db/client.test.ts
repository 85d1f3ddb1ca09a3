import fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin, failure, rowsOf, startServer, type TestServer } from './running.ts';

let server: TestServer;
let client: Connection;
beforeAll(async () => {
  server = await startServer();
  client = await server.connect();
  await client.query(`
    CREATE TABLE things (
      id INT UNSIGNED NOT NULL AUTO_INCREMENT,
      name VARCHAR(20) NOT NULL,
      note TEXT,
      price DECIMAL(10,2) DEFAULT '0.00',
      weight DOUBLE,
      small TINYINT(1) NOT NULL DEFAULT 0,
      big BIGINT,
      bytes BLOB,
      at DATETIME DEFAULT CURRENT_TIMESTAMP,
      day DATE,
      kind ENUM('red','blue') DEFAULT 'red',
      PRIMARY KEY (id), UNIQUE KEY thing_name (name), KEY kinds (kind, small)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='things'`);
});
afterAll(() => server.stop());

describe('values', () => {
  it('come back as they were sent, by query and by execute', async () => {
    const at = new Date(2026, 0, 2, 3, 4, 5);
    const values = [
      'Mia',
      'text',
      '12.50',
      1.25,
      1,
      42,
      Buffer.from([0, 255, 254, 10]),
      at,
      '2026-01-02',
      'blue',
    ];
    const columns = 'name, note, price, weight, small, big, bytes, at, day, kind';
    await client.execute(`INSERT INTO things (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values);
    const expected = {
      name: 'Mia',
      note: 'text',
      price: '12.50',
      weight: 1.25,
      small: 1,
      big: 42,
      at,
      kind: 'blue',
    };
    for (const [rows] of [
      await client.query('SELECT * FROM things'),
      await client.execute('SELECT * FROM things'),
    ]) {
      const [row] = rows as Record<string, unknown>[];
      expect(row).toMatchObject(expected);
      expect(row?.bytes).toEqual(values[6]);
      expect(row?.day).toEqual(new Date(2026, 0, 2));
      expect(typeof row?.id).toBe('number');
    }
    await client.query('DELETE FROM things');
  });

  it('of expressions have the type of what they are', async () => {
    const sql =
      "SELECT 1 AS i, -1.5e0 AS d, 'x' AS s, NULL AS n, COUNT(*) AS c, SUM(small) AS total, NOW() AS t, MAX(at) AS m, 1.50 AS fixed FROM things";
    const expected = { i: 1, d: -1.5, s: 'x', n: null, c: 0, total: null, m: null, fixed: '1.50' };
    for (const [rows] of [await client.query(sql), await client.execute(sql)]) {
      expect(rows).toMatchObject([expected]);
      expect((rows as { t: unknown }[])[0]?.t).toBeInstanceOf(Date);
    }
  });

  it('of parameters keep their type', async () => {
    const at = new Date(2026, 5, 7, 8, 9, 10);
    const [rows] = await client.execute('SELECT ? AS i, ? AS d, ? AS s, ? AS n, ? AS b', [
      7,
      0.5,
      'é',
      null,
      Buffer.from([255, 0]),
    ]);
    expect(rows).toEqual([{ i: 7, d: 0.5, s: 'é', n: null, b: Buffer.from([255, 0]) }]);
    const [dates] = await client.execute("SELECT ? = '2026-06-07 08:09:10' AS same", [at]);
    expect(dates).toEqual([{ same: 1 }]);
  });

  it('that are whole numbers are text in a column of text', async () => {
    await client.execute("INSERT INTO things (name, note) VALUES ('number', ?)", [5]);
    expect(await rowsOf(client, "SELECT note FROM things WHERE name = 'number'")).toEqual([{ note: '5' }]);
    await client.query('DELETE FROM things');
  });

  it('of 64 bits are exact', async () => {
    const exact = await server.connect({ supportBigNumbers: true });
    await exact.query("INSERT INTO things (name, big) VALUES ('big', 9223372036854775807)");
    for (const [rows] of [
      await exact.query('SELECT big FROM things'),
      await exact.execute('SELECT big FROM things'),
    ])
      expect(rows).toEqual([{ big: '9223372036854775807' }]);
    await exact.query('DELETE FROM things');
  });

  it('that are text come back identical, whatever text it is', async () => {
    await client.query('CREATE TABLE texts (id INT PRIMARY KEY AUTO_INCREMENT, t LONGTEXT)');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async text => {
        await client.query('TRUNCATE texts');
        await client.query('INSERT INTO texts (t) VALUES (?)', [text]);
        await client.execute('INSERT INTO texts (t) VALUES (?)', [text]);
        const expected = [{ t: text }, { t: text }];
        expect(await rowsOf(client, 'SELECT t FROM texts ORDER BY id')).toEqual(expected);
        expect((await client.execute('SELECT t FROM texts ORDER BY id'))[0]).toEqual(expected);
        expect((await client.query('SELECT COUNT(*) AS n FROM texts WHERE t = ?', [text]))[0]).toEqual([
          { n: 2 },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('that are bytes come back identical, whatever bytes they are', async () => {
    await client.query('CREATE TABLE blobs (id INT PRIMARY KEY AUTO_INCREMENT, b LONGBLOB)');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async bytes => {
        const buffer = Buffer.from(bytes);
        await client.query('TRUNCATE blobs');
        await client.query('INSERT INTO blobs (b) VALUES (?)', [buffer]);
        await client.execute('INSERT INTO blobs (b) VALUES (?)', [buffer]);
        expect(await rowsOf(client, 'SELECT b FROM blobs ORDER BY id')).toEqual([
          { b: buffer },
          { b: buffer },
        ]);
        expect((await client.execute('SELECT b FROM blobs'))[0]).toEqual([{ b: buffer }, { b: buffer }]);
      }),
      { numRuns: 40 },
    );
  });

  it('of a long INSERT are all there', async () => {
    await client.query('CREATE TABLE many (a INT, b VARCHAR(10))');
    const rows = Array.from({ length: 5000 }, (_, i) => [i, `it's ${i}`]);
    const [result] = await client.query('INSERT INTO many (a, b) VALUES ?', [rows]);
    expect(result).toMatchObject({ affectedRows: 5000 });
    expect(
      await rowsOf(client, "SELECT COUNT(*) AS n, SUM(a) AS s FROM many WHERE b = CONCAT('it\\'s ', a)"),
    ).toEqual([{ n: 5000, s: '12497500' }]);
  });
});

describe('changes', () => {
  beforeAll(async () => {
    await client.query(
      'CREATE TABLE counts (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) UNIQUE, n INT DEFAULT 0)',
    );
  });

  it('tell the rows and the first new number', async () => {
    expect(await failure(client, "INSERT INTO counts (name) VALUES ('a'), ('b'), ('c')")).toMatchObject({
      affectedRows: 3,
      insertId: 1,
      info: 'Records: 3  Duplicates: 0  Warnings: 0',
    });
    expect(await rowsOf(client, 'SELECT LAST_INSERT_ID() AS id')).toEqual([{ id: 1 }]);
    expect(await failure(client, "INSERT INTO counts SET name = 'd', n = 3")).toMatchObject({ insertId: 4 });
  });

  it('by ON DUPLICATE KEY UPDATE count two for an update', async () => {
    const upsert = 'INSERT INTO counts (name, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + VALUES(n)';
    expect(await failure(client, upsert, ['e'])).toMatchObject({ affectedRows: 1 });
    expect(await failure(client, upsert, ['e'])).toMatchObject({ affectedRows: 2 });
    expect(await failure(client, upsert, ['e'])).toMatchObject({ affectedRows: 2 });
    expect(await rowsOf(client, "SELECT n FROM counts WHERE name = 'e'")).toEqual([{ n: 3 }]);
    const alias = "INSERT INTO counts (name, n) VALUES ('e', 9) AS new ON DUPLICATE KEY UPDATE n = new.n";
    expect(await failure(client, alias)).toMatchObject({ affectedRows: 2 });
    expect(await rowsOf(client, "SELECT n FROM counts WHERE name = 'e'")).toEqual([{ n: 9 }]);
  });

  it('by UPDATE tell found and changed rows', async () => {
    await client.query('UPDATE counts SET n = 1');
    const again = "UPDATE counts SET n = 1, name = name WHERE name <> 'e'";
    expect(await failure(client, again)).toMatchObject({
      affectedRows: 4,
      info: 'Rows matched: 4  Changed: 0  Warnings: 0',
    });
    const changedOnly = await server.connect({ flags: ['-FOUND_ROWS'] });
    expect(await failure(changedOnly, again)).toMatchObject({ affectedRows: 0 });
    expect(await failure(changedOnly, "UPDATE counts SET n = 2, name = 'aa' WHERE name = 'a'")).toMatchObject(
      { affectedRows: 1 },
    );
  });

  it('by REPLACE, INSERT IGNORE, ORDER BY and LIMIT', async () => {
    expect(await failure(client, "REPLACE INTO counts (id, name) VALUES (1, 'z')")).toMatchObject({
      affectedRows: 2,
    });
    expect(await failure(client, "INSERT IGNORE INTO counts (name) VALUES ('z')")).toMatchObject({
      affectedRows: 0,
    });
    await client.query('UPDATE counts SET n = 77 ORDER BY id DESC LIMIT 1');
    expect(await rowsOf(client, 'SELECT name FROM counts WHERE n = 77')).toEqual([{ name: 'e' }]);
    expect(await failure(client, 'DELETE FROM counts ORDER BY id LIMIT 2')).toMatchObject({
      affectedRows: 2,
    });
    expect(await failure(client, 'DELETE FROM counts')).toMatchObject({ affectedRows: 3 });
  });

  it('of the schema keep the rows', async () => {
    await client.query("INSERT INTO counts (id, name, n) VALUES (10, 'kept', 5)");
    await client.query(
      'ALTER TABLE counts ADD COLUMN extra VARCHAR(5) NOT NULL DEFAULT "x" AFTER id, CHANGE n amount BIGINT',
    );
    expect(await rowsOf(client, 'SELECT * FROM counts')).toEqual([
      { id: 10, extra: 'x', name: 'kept', amount: 5 },
    ]);
    await client.query('RENAME TABLE counts TO amounts');
    expect(await failure(client, 'SELECT * FROM counts')).toMatch(/^1146 /);
    expect(await rowsOf(client, "SHOW TABLES LIKE '%ounts'")).toEqual([
      { 'Tables_in_foobar (%ounts)': 'amounts' },
    ]);
    expect(await failure(client, "INSERT INTO amounts (name) VALUES ('next')")).toMatchObject({
      insertId: 11,
    });
    await client.query('TRUNCATE TABLE amounts');
    expect(await failure(client, "INSERT INTO amounts (name) VALUES ('first')")).toMatchObject({
      insertId: 1,
    });
  });

  it('of the schema are seen by statements that others have prepared', async () => {
    const other = await server.connect();
    await client.query('CREATE TABLE shifting (a INT)');
    await other.execute('SELECT * FROM shifting');
    await client.query('ALTER TABLE shifting ADD COLUMN b INT DEFAULT 2');
    await client.query('INSERT INTO shifting (a) VALUES (1)');
    expect((await other.execute('SELECT * FROM shifting'))[0]).toEqual([{ a: 1, b: 2 }]);
    await client.query('DROP TABLE shifting');
    expect(await failure(other, 'SELECT * FROM shifting', [])).toMatch(/^1146 /);
  });

  it('stamp a row that is updated', async () => {
    await client.query(
      'CREATE TABLE stamped (id INT PRIMARY KEY, n INT, at TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP)',
    );
    await client.query('INSERT INTO stamped (id, n) VALUES (1, 1)');
    expect(await rowsOf(client, 'SELECT at FROM stamped')).toEqual([{ at: null }]);
    await client.query('UPDATE stamped SET n = 2');
    expect(await rowsOf(client, 'SELECT at IS NOT NULL AS stamped FROM stamped')).toEqual([{ stamped: 1 }]);
  });
});

describe('errors', () => {
  beforeAll(async () => {
    await client.query(
      'CREATE TABLE parents (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL, UNIQUE KEY by_name (name))',
    );
    await client.query(
      'CREATE TABLE children (id INT PRIMARY KEY AUTO_INCREMENT, pid INT, CONSTRAINT of_parent FOREIGN KEY (pid) REFERENCES parents (id))',
    );
    await client.query("INSERT INTO parents VALUES (1, 'one')");
    await client.query('INSERT INTO children (pid) VALUES (1)');
  });

  const constraint =
    '(`foobar`.`children`, CONSTRAINT `of_parent` FOREIGN KEY (`pid`) REFERENCES `parents` (`id`))';
  it.each([
    ["INSERT INTO parents VALUES (1, 'x')", "1062 (23000) Duplicate entry '1' for key 'parents.PRIMARY'"],
    [
      "INSERT INTO parents VALUES (3, 'a'), (4, 'ONE')",
      "1062 (23000) Duplicate entry 'ONE' for key 'parents.by_name'",
    ],
    ['INSERT INTO parents VALUES (2, NULL)', "1048 (23000) Column 'name' cannot be null"],
    ["INSERT INTO parents VALUES (NULL, 'x')", "1048 (23000) Column 'id' cannot be null"],
    ['INSERT INTO parents (id) VALUES (2)', "1364 (HY000) Field 'name' doesn't have a default value"],
    ["INSERT INTO parents VALUES (2, '123456')", "1406 (22001) Data too long for column 'name' at row 1"],
    ["UPDATE parents SET name = 'too long'", "1406 (22001) Data too long for column 'name' at row 1"],
    [
      "INSERT INTO parents VALUES ('two', 'x')",
      "1366 (HY000) Incorrect integer value: 'two' for column 'id' at row 1",
    ],
    [
      "INSERT INTO parents VALUES (9999999999, 'x')",
      "1264 (22003) Out of range value for column 'id' at row 1",
    ],
    ['INSERT INTO parents VALUES (2)', "1136 (21S01) Column count doesn't match value count at row 1"],
    [
      "INSERT INTO parents VALUES (2, 'a'), (3)",
      "1136 (21S01) Column count doesn't match value count at row 2",
    ],
    ['INSERT INTO parents (nope) VALUES (2)', "1054 (42S22) Unknown column 'nope' in 'field list'"],
    ['SELECT nope FROM parents', "1054 (42S22) Unknown column 'nope' in 'field list'"],
    ['SELECT id FROM parents WHERE nope = 1', "1054 (42S22) Unknown column 'nope' in 'where clause'"],
    ['SELECT id FROM parents ORDER BY nope', "1054 (42S22) Unknown column 'nope' in 'order clause'"],
    [
      'SELECT c.id FROM parents p JOIN children c ON p.nope = c.id',
      "1054 (42S22) Unknown column 'p.nope' in 'on clause'",
    ],
    ['SELECT id FROM parents, children', "1052 (23000) Column 'id' in field list is ambiguous"],
    ['SELECT * FROM nope', "1146 (42S02) Table 'foobar.nope' doesn't exist"],
    ['SELECT * FROM Parents', "1146 (42S02) Table 'foobar.Parents' doesn't exist"],
    ['DROP TABLE nope', "1051 (42S02) Unknown table 'foobar.nope'"],
    ['CREATE TABLE parents (a INT)', "1050 (42S01) Table 'parents' already exists"],
    ['CREATE TABLE x (a INT, a INT)', "1060 (42S21) Duplicate column name 'a'"],
    ['ALTER TABLE parents DROP COLUMN nope', "1091 (42000) Can't DROP 'nope'; check that column/key exists"],
    [
      'INSERT INTO children (pid) VALUES (7)',
      `1452 (23000) Cannot add or update a child row: a foreign key constraint fails ${constraint}`,
    ],
    [
      'DELETE FROM parents',
      `1451 (23000) Cannot delete or update a parent row: a foreign key constraint fails ${constraint}`,
    ],
    ['SELECT nofunc(1)', '1305 (42000) FUNCTION foobar.nofunc does not exist'],
    ['SELECT (SELECT 1, 2)', '1241 (21000) Operand should contain 1 column(s)'],
    [
      'SELECT 1 UNION SELECT 1, 2',
      '1222 (21000) The used SELECT statements have a different number of columns',
    ],
    ['SELECT @@nope', "1193 (HY000) Unknown system variable 'nope'"],
    ['', '1065 (42000) Query was empty'],
    ['USE other', "1044 (42000) Access denied for user 'web'@'127.0.0.1' to database 'other'"],
    [
      'SELECT * FROM mysql.user',
      "1142 (42000) SELECT command denied to user 'web'@'127.0.0.1' for table 'user'",
    ],
    [
      'CREATE TABLE other.t (a INT)',
      "1142 (42000) CREATE command denied to user 'web'@'127.0.0.1' for table 't'",
    ],
    [
      "SELECT LOAD_FILE('/etc/hosts')",
      /^1290 \(HY000\) The MySQL server is running with the --secure-file-priv/,
    ],
    ["SELECT 1 INTO OUTFILE '/x'", /^1290 /],
    ["LOAD DATA INFILE '/x' INTO TABLE parents", /^1290 /],
    ["LOAD DATA LOCAL INFILE '/x' INTO TABLE parents", /^3948 /],
    ['SET GLOBAL max_connections = 5', /^1227 \(42000\) Access denied; you need/],
    ["GRANT ALL ON *.* TO 'web'", /^1227 /],
    ['CREATE USER x', /^1227 /],
  ])('%s', async (sql, expected) => {
    const result = await failure(client, sql);
    if (typeof expected === 'string') expect(result).toBe(expected);
    else expect(result).toMatch(expected);
  });

  it.each([
    ['SELEC 1', 'SELEC 1', 1],
    ['SELECT * FORM parents', 'FORM parents', 1],
    ['SELECT *\nFROM parents\nWHERE', '', 3],
    ['SELECT * FROM parents WHER id = 1', 'id = 1', 1],
    ['SELECT id,, name FROM parents', ', name FROM parents', 1],
    ["SELECT 'open", "'open", 1],
    ['SELECT (1', '', 1],
    ['INSERT INTO parents VALUES (1,)', ')', 1],
    ['CREATE TABLE x (a BLURB)', 'BLURB)', 1],
    ['SELECT 1; SELECT 2', '; SELECT 2', 1],
    ['SELECT ?', '?', 1],
    ['PRAGMA x', 'PRAGMA x', 1],
  ])('%j is not SQL from %j on', async (sql, near, line) => {
    expect(await failure(client, sql)).toBe(
      '1064 (42000) You have an error in your SQL syntax; check the manual that corresponds to your MySQL server ' +
        `version for the right syntax to use near '${near}' at line ${line}`,
    );
  });

  it('are the same in prepared statements', async () => {
    expect(await failure(client, 'SELECT * FROM nope WHERE id = ?', [1])).toMatch(/^1146 /);
    expect(await failure(client, 'SELEC ?', [1])).toMatch(/^1064 /);
    expect(await failure(client, 'INSERT INTO parents VALUES (?, ?)', [1, 'x'])).toBe(
      "1062 (23000) Duplicate entry '1' for key 'parents.PRIMARY'",
    );
  });

  it('of the administrator name what does not exist', async () => {
    const root = await server.connect(admin);
    expect(await failure(root, 'USE other')).toBe("1049 (42000) Unknown database 'other'");
    expect(await failure(root, 'SELECT * FROM other.t')).toBe("1049 (42000) Unknown database 'other'");
    await expect(server.connect({ database: 'other' })).rejects.toMatchObject({ errno: 1044 });
  });
});

describe('several statements at once', () => {
  it('are answered one by one, up to the first that fails', async () => {
    const many = await server.connect({ multipleStatements: true });
    const [results] = await many.query("SELECT 1 AS a; SET @x = ';'; SELECT @x AS b;");
    expect(results).toMatchObject([[{ a: 1 }], { affectedRows: 0 }, [{ b: ';' }]]);
    expect(await failure(many, 'SELECT 1; nonsense; SELECT 2')).toMatch(/^1064 /);
    expect(await rowsOf(many, 'SELECT 3 AS c')).toEqual([{ c: 3 }]);
  });
});

describe('a session', () => {
  it('has its own variables, which a reset takes back', async () => {
    const mine = await server.connect();
    await mine.query("SET @a = 1, SESSION sql_mode = 'ANSI', NAMES utf8mb4");
    expect(await rowsOf(mine, 'SELECT @a AS a, @@sql_mode AS mode')).toEqual([{ a: 1, mode: 'ANSI' }]);
    expect(await rowsOf(client, 'SELECT @a AS a')).toEqual([{ a: null }]);
    await mine.reset();
    expect(await rowsOf(mine, 'SELECT @a AS a, DATABASE() AS db')).toEqual([{ a: null, db: 'foobar' }]);
    await mine.changeUser({ ...admin, database: 'foobar' });
    expect(await rowsOf(mine, 'SELECT CURRENT_USER() AS me')).toEqual([{ me: 'admin@127.0.0.1' }]);
    await expect(mine.changeUser({ user: 'web', password: 'wrong' })).rejects.toMatchObject({ errno: 1045 });
  });

  it('sees itself in the process list, and others only as administrator', async () => {
    const root = await server.connect(admin);
    const users = async (connection: Connection) =>
      new Set((await rowsOf(connection, 'SHOW PROCESSLIST')).map(row => (row as { User: string }).User));
    expect(await users(client)).toEqual(new Set(['web']));
    expect(await users(root)).toEqual(new Set(['web', 'admin']));
  });

  it('that sleeps lets the others go on', async () => {
    const sleeper = await server.connect();
    let awake = false;
    const sleeping = sleeper.query('SELECT SLEEP(0.3) AS slept').then(([rows]) => {
      awake = true;
      return rows;
    });
    for (let i = 0; i < 20; i++) await client.query('SELECT 1');
    expect(awake).toBe(false);
    expect(await sleeping).toEqual([{ slept: 0 }]);
  });
});
