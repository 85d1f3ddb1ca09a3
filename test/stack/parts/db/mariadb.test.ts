import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer, web } from './running.ts';

const run = promisify(execFile);
const hasClient = spawnSync('mariadb', ['--version']).status === 0;

describe.skipIf(!hasClient)('the mariadb client (skipped: mariadb is not installed)', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  const mariadb = async (sql: string, ...args: string[]): Promise<string> => {
    const address = [
      '--no-defaults',
      '-h127.0.0.1',
      `-P${server.port}`,
      `-u${web.user}`,
      `-p${web.password}`,
    ];
    const { stdout } = await run('mariadb', [...address, ...args, '-e', sql, 'foobar']);
    return stdout;
  };

  it('creates, fills and shows a table', async () => {
    await mariadb(`
      CREATE TABLE guests (
        id INT NOT NULL AUTO_INCREMENT,
        name VARCHAR(40) NOT NULL COMMENT 'as they signed',
        at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (id),
        KEY name (name)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
      INSERT INTO guests (name, at) VALUES ('Mia', '2026-01-02 03:04:05'), ('Zoë', '2026-01-03 00:00:00');`);
    expect(await mariadb('SELECT * FROM guests ORDER BY id', '-t')).toBe(
      [
        '+----+------+---------------------+',
        '| id | name | at                  |',
        '+----+------+---------------------+',
        '|  1 | Mia  | 2026-01-02 03:04:05 |',
        '|  2 | Zoë  | 2026-01-03 00:00:00 |',
        '+----+------+---------------------+',
        '',
      ].join('\n'),
    );
    expect(await mariadb('SHOW TABLES')).toBe('Tables_in_foobar\nguests\n');
    expect(await mariadb('SHOW DATABASES')).toBe('Database\nfoobar\ninformation_schema\n');
    expect(await mariadb('SHOW CREATE TABLE guests', '--raw', '--skip-column-names')).toBe(
      [
        'guests\tCREATE TABLE `guests` (',
        '  `id` int NOT NULL AUTO_INCREMENT,',
        "  `name` varchar(40) NOT NULL COMMENT 'as they signed',",
        '  `at` datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,',
        '  PRIMARY KEY (`id`),',
        '  KEY `name` (`name`)',
        ') ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci',
        '',
      ].join('\n'),
    );
    expect(await mariadb('DESCRIBE guests')).toBe(
      [
        'Field\tType\tNull\tKey\tDefault\tExtra',
        'id\tint\tNO\tPRI\tNULL\tauto_increment',
        'name\tvarchar(40)\tNO\tMUL\tNULL\t',
        'at\tdatetime\tNO\t\tCURRENT_TIMESTAMP\tDEFAULT_GENERATED',
        '',
      ].join('\n'),
    );
  });

  it('shows its state, its processes, its variables and the plan of a query', async () => {
    const state = await mariadb('\\s');
    expect(state).toContain('MySQL-compatible, SQLite inside');
    expect(state).toContain('Current user:\t\tweb@127.0.0.1');
    expect(state).toMatch(/Threads: \d+ {2}Questions: \d+/);
    expect(await mariadb('SHOW PROCESSLIST')).toMatch(
      /\tweb\t127\.0\.0\.1\tfoobar\tQuery\t0\texecuting\tSHOW PROCESSLIST\n/,
    );
    expect(await mariadb("SHOW VARIABLES LIKE 'max_conn%'")).toBe(
      'Variable_name\tValue\nmax_connections\t50\n',
    );
    expect(await mariadb('EXPLAIN SELECT * FROM guests WHERE id = 1')).toMatch(
      /\tguests\tNULL\tconst\tPRIMARY\tPRIMARY\t/,
    );
    expect(await mariadb('EXPLAIN SELECT * FROM guests WHERE at > NOW()')).toMatch(
      /\tguests\tNULL\tALL\tNULL\tNULL\t/,
    );
    expect(await mariadb('EXPLAIN SELECT * FROM guests WHERE name = 1')).toMatch(
      /\tguests\tNULL\tref\tname\tname\t/,
    );
  });

  it('reads information_schema', async () => {
    const columns =
      "SELECT column_name AS c, column_type AS t FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'guests' ORDER BY ordinal_position";
    expect(await mariadb(columns, '-N')).toBe('id\tint\nname\tvarchar(40)\nat\tdatetime\n');
    const tables =
      'SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = DATABASE()';
    expect(await mariadb(tables, '-N')).toBe('guests\t2\n');
    expect(await mariadb("SHOW TABLES LIKE 'gue%'", '-N')).toBe('guests\n');
    expect(await mariadb("SHOW COLUMNS FROM guests WHERE `Key` = 'PRI'", '-N')).toBe(
      'id\tint\tNO\tPRI\tNULL\tauto_increment\n',
    );
  });

  it('prints errors as it prints those of MySQL', async () => {
    await expect(mariadb('SELECT * FORM guests')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to ' +
          "your MySQL server version for the right syntax to use near 'FORM guests' at line 1\n",
      ),
    });
    await expect(mariadb('SELECT 1', '-pwrong')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "ERROR 1045 (28000): Access denied for user 'web'@'127.0.0.1' (using password: YES)\n",
      ),
    });
    await expect(mariadb('SELECT 1', '--default-auth=caching_sha2_password')).resolves.toBe('1\n1\n');
  });

  it('tells how many rows there were', async () => {
    expect(await mariadb('UPDATE guests SET name = name', '-vvv')).toContain('Query OK, 0 rows affected');
    expect(await mariadb("UPDATE guests SET name = 'Eva' WHERE id = 1", '-vvv')).toContain(
      'Rows matched: 1  Changed: 1  Warnings: 0',
    );
    const dropped = await mariadb('DROP TABLE IF EXISTS nope; SHOW WARNINGS', '-vvv');
    expect(dropped).toContain('0 rows affected, 1 warning');
    expect(dropped).toContain("Unknown table 'foobar.nope'");
  });

  const hasDump = spawnSync('mariadb-dump', ['--version']).status === 0;
  it.skipIf(!hasDump)('is given a dump that makes the same tables again', async () => {
    await mariadb(
      "INSERT INTO guests (name) VALUES ('O''Neil'), ('a\\\\b\nc');" +
        'CREATE TABLE visits (guest INT, photo BLOB, FOREIGN KEY (guest) REFERENCES guests (id) ON DELETE CASCADE);' +
        "INSERT INTO visits VALUES (1, X'00ff27')",
    );
    const dump = async (...more: string[]) => {
      const address = [
        '--no-defaults',
        '-h127.0.0.1',
        `-P${server.port}`,
        `-u${web.user}`,
        `-p${web.password}`,
      ];
      const options = ['--skip-dump-date', '--hex-blob', '--routines', '--triggers', '--events'];
      return (await run('mariadb-dump', [...address, ...options, ...more, 'foobar'])).stdout;
    };
    const before = await dump();
    expect(before).toContain('INSERT INTO `visits` VALUES\n(1,0x00FF27);');
    expect(await dump('--single-transaction', '--skip-lock-tables')).toBe(before);
    await mariadb('DROP TABLE visits, guests');
    // Without the line that only the newest clients understand.
    await mariadb(before.replace(/^\/\*M?!999999.*$/m, ''));
    expect(await dump()).toBe(before);
  });

  const hasCheck = spawnSync('mariadb-check', ['--version']).status === 0;
  it.skipIf(!hasCheck)('checks and analyzes every table', async () => {
    const address = [
      '--no-defaults',
      '-h127.0.0.1',
      `-P${server.port}`,
      `-u${web.user}`,
      `-p${web.password}`,
    ];
    for (const mode of ['--check', '--analyze']) {
      const { stdout } = await run('mariadb-check', [...address, mode, 'foobar']);
      expect(stdout).toMatch(/^foobar\.guests +OK$/m);
    }
  });

  it('is told what the server does not do', async () => {
    await expect(mariadb('help contents;')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "ERROR 1235 (42000) at line 1: This version of MySQL doesn't yet support 'HELP'",
      ),
    });
  });
});
