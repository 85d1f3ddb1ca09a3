import { describe, expect, it } from 'vitest';
import { complaint } from '../../../../src/stack/parts/db/flavour.ts';

const advice =
  '; if an AppArmor profile forbids it, change that (sudo aa-complain /p/mysqld) or use --engine embedded';

describe('why a database server gave up', () => {
  it.each([
    ['nothing was said', '', undefined],
    ['it started', '2026-11-21 23:47:29 0 [Note] mariadbd: ready for connections.', undefined],
    [
      'MariaDB has a broken file',
      '2026-11-21 23:47:29 0 [ERROR] InnoDB: Header page is corrupted\n2026-11-21 23:47:29 0 [ERROR] Aborting\n',
      'InnoDB: Header page is corrupted',
    ],
    [
      'MySQL knows an option no more',
      "2026-11-21T22:47:29.1Z 0 [ERROR] [MY-000067] [Server] unknown variable 'a=1'.\n" +
        '2026-11-21T22:47:29.1Z 0 [ERROR] [MY-010119] [Server] Aborting',
      "unknown variable 'a=1'.",
    ],
    [
      'the system keeps MariaDB out of its folder',
      "2026-11-21 23:47:29 0 [Warning] Can't create test file '/d/vm.lower-test' (Errcode: 13 \"Permission denied\")\n" +
        "mariadbd: Can't change dir to '/d/' (Errcode: 13 \"Permission denied\")\n" +
        '2026-11-21 23:47:29 0 [ERROR] Aborting\n',
      `Can't create test file '/d/vm.lower-test' (Errcode: 13 "Permission denied")${advice}`,
    ],
    [
      'the system keeps MySQL out of its folder',
      "mysqld: Can't create directory '/d/' (OS errno 13 - Permission denied)\n" +
        '2026-11-21T22:47:29.1Z 0 [ERROR] [MY-013236] [Server] The designated data directory /d/ is unusable.\n' +
        '2026-11-21T22:47:29.1Z 0 [ERROR] [MY-010119] [Server] Aborting\n',
      `mysqld: Can't create directory '/d/' (OS errno 13 - Permission denied)${advice}`,
    ],
    [
      'InnoDB says it in its own way',
      '2026-11-21 23:47:29 0 [ERROR] InnoDB: Operating system error number 13 in a file operation.\n',
      `InnoDB: Operating system error number 13 in a file operation.${advice}`,
    ],
  ])('when %s', (_, output, expected) => expect(complaint('/p/mysqld')(output)).toBe(expected));
});
