import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringUp } from '../../src/stack/bring-up.ts';
import { chooseEngines, findInstalled } from '../../src/stack/engines.ts';
import { isAtLeast, programPlaces } from '../../src/stack/parts/programs.ts';
import { found, stackCases } from './engine-cases.ts';

const databases = join(process.env.WEB_STACK_TUTOR_HOME ?? '', 'cache/databases');
let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'place-'));
});
afterEach(async () => {
  delete process.env.WEB_STACK_TUTOR_PROGRAMS;
  for (const folder of [place, databases]) await rm(folder, { recursive: true, force: true });
});

/** A program in the place, which prints what a script says. */
const install = async (name: string, script: string): Promise<void> => {
  await writeFile(join(place, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(place, name), 0o755);
};

const reasons = async (): Promise<(string | undefined)[]> => {
  const { web, db } = await findInstalled([place]);
  return [web.reason, db.reason];
};

const labels = async (): Promise<(string | undefined)[]> => {
  const { web, db } = await findInstalled([place]);
  return [web.engine?.label, db.engine?.label];
};

describe('versions', () => {
  it.each([
    ['1.22.1', '1.19.5', true],
    ['1.19.5', '1.19.5', true],
    ['1.9.15', '1.19.5', false],
    ['2.0.0', '1.19.5', true],
    ['10.11.14', '10.5.0', true],
    ['10.4.30', '10.5.0', false],
  ])('%s is at least %s: %s', (version, least, is) => expect(isAtLeast(version, least)).toBe(is));
});

describe.skipIf(process.platform === 'win32')('installed programs (skipped: needs shell scripts)', () => {
  it('are looked for on PATH and in the usual places, or only where the learner says', () => {
    expect(programPlaces()).toEqual(expect.arrayContaining(['/usr/sbin', '/opt/homebrew/bin']));
    expect(programPlaces()).toEqual(
      expect.arrayContaining((process.env.PATH ?? '').split(delimiter).filter(Boolean)),
    );
    process.env.WEB_STACK_TUTOR_PROGRAMS = `/a${delimiter}/b`;
    expect(programPlaces()).toEqual(['/a', '/b']);
    process.env.WEB_STACK_TUTOR_PROGRAMS = '';
    expect(programPlaces()).toEqual([]);
  });

  it('are named with their version', async () => {
    await install('nginx', 'echo "nginx version: nginx/1.25.3 (Ubuntu)" >&2');
    await install(
      'mysqld',
      'echo "/usr/sbin/mysqld  Ver 8.0.36-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))"',
    );
    expect(await labels()).toEqual(['Nginx 1.25.3', 'MySQL 8.0.36']);
    await install(
      'mariadbd',
      'echo "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64"',
    );
    await install('mariadb-install-db', '');
    expect(await labels()).toEqual(['Nginx 1.25.3', 'MariaDB 10.11.14']);
  });

  it('are not used when they are missing, too old, broken or not whole, and it is said why', async () => {
    expect(await reasons()).toEqual(['nginx is not installed', 'neither MariaDB nor MySQL is installed']);
    await install('nginx', 'echo "nginx version: nginx/1.18.0" >&2');
    await install('mariadbd', 'echo "mariadbd  Ver 10.3.39-MariaDB for Linux on x86_64"');
    expect(await reasons()).toEqual([
      expect.stringMatching(/nginx is nginx 1\.18\.0, and 1\.19\.5 or newer is needed$/),
      expect.stringMatching(/mariadbd is MariaDB 10\.3\.39, and 10\.5\.9 or newer is needed$/),
    ]);
    await install('nginx', 'exit 1');
    await install('mariadbd', 'echo "mariadbd  Ver 10.11.14-MariaDB for Linux on x86_64"');
    expect(await reasons()).toEqual([
      expect.stringMatching(/does not tell its version$/),
      'MariaDB is installed without mariadb-install-db or mysql_install_db',
    ]);
  });

  it('are replaced by the embedded engines, unless they are insisted on', async () => {
    const engines = await chooseEngines('auto', [place]);
    expect(new Set(Object.values(engines).map(({ engine }) => engine))).toEqual(new Set(['embedded']));
    await expect(chooseEngines('installed', [place])).rejects.toThrow(
      'nginx is not installed; neither MariaDB nor MySQL is installed: install it, or use --engine auto',
    );
  });

  /** What `auto` says while it starts, and which engines then serve a page. */
  const startsWith = async (): Promise<{ told: string[]; engines: string[] }> => {
    process.env.WEB_STACK_TUTOR_PROGRAMS = place;
    const told: string[] = [];
    const stack = await bringUp({
      engine: 'auto',
      onEvent: event => {
        if (event.type === 'part' && event.state === 'starting' && event.message) told.push(event.message);
      },
    });
    try {
      expect((await stack.request('/guestbook')).outcome).toBe('200 from app');
      return { told, engines: stack.status().map(({ engine }) => engine) };
    } finally {
      await stack.down();
    }
  };

  it('that do not work here are replaced with a sentence, or named when they are insisted on', async () => {
    await install(
      'nginx',
      'case "$*" in *-v) echo "nginx version: nginx/1.25.3" >&2;; *-t) ;; *) exit 1;; esac',
    );
    await install('mariadbd', 'echo "mariadbd  Ver 10.11.14-MariaDB for Linux on x86_64"');
    await install('mariadb-install-db', 'echo "2026-11-21 21:54:48 0 [ERROR] No space left"; exit 1');
    const { told, engines } = await startsWith();
    expect(engines).toEqual(Array(4).fill('embedded'));
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Nginx 1\.25\.3 does not work here, so the embedded engine plays web: /),
        expect.stringMatching(
          /^MariaDB 10\.11\.14 does not work here, so the embedded engine plays db: .*No space left$/,
        ),
      ]),
    );
    await expect(bringUp({ engine: 'installed' })).rejects.toThrow(/^(web|db)@server-1 /);
  });

  // The words of mariadbd 10.11 in a folder that it may not enter; AppArmor has the same effect.
  const mayNotEnter = [
    `echo "2026-11-21 23:47:29 0 [Warning] Can't create test file '/d/vm.lower-test' (Errcode: 13 \\"Permission denied\\")"`,
    `echo "/usr/sbin/mariadbd: Can't change dir to '/d/' (Errcode: 13 \\"Permission denied\\")"`,
    'echo "2026-11-21 23:47:29 0 [ERROR] Aborting"',
    'exit 1',
  ].join('; ');
  const version = 'echo "mariadbd  Ver 10.11.14-MariaDB for Linux on x86_64"; exit 0';

  const why =
    /Can't create test file .*"Permission denied"\); .*AppArmor.*aa-complain .*mariadbd.*--engine embedded$/;

  describe.each([
    ['make a data directory', `${mayNotEnter} >&2`],
    ['start in it', 'mkdir -p "$(printf "%s\\n" "$@" | sed -n s/--datadir=//p)/mysql"'],
  ])('when the system forbids MariaDB to %s', (_, initialise) => {
    beforeEach(async () => {
      await install('mariadbd', `case "$*" in --version) ${version};; esac; ${mayNotEnter}`);
      await install('mariadb-install-db', initialise);
    });

    it('are replaced with one sentence', async () => {
      const { told, engines } = await startsWith();
      expect(engines).toEqual(Array(4).fill('embedded'));
      const sentences = told.filter(message => message.startsWith('MariaDB 10.11.14 does not work here'));
      expect(sentences).toEqual([expect.stringMatching(why)]);
    });

    it.skipIf(!found.web.engine)('say what to do when they are insisted on (skipped: no nginx)', async () => {
      await symlink(found.web.engine ? found.web.file : '', join(place, 'nginx'));
      process.env.WEB_STACK_TUTOR_PROGRAMS = place;
      await expect(bringUp({ engine: 'installed' })).rejects.toThrow(why);
    });
  });
});

describe.each(stackCases.filter(({ engine }) => engine === 'installed'))(
  'a broken template: $name',
  ({ present }) => {
    it.skipIf(!present)('is thrown away when the database does not start with it', async () => {
      const { readdirSync, readFileSync, statSync, writeFileSync } = await import('node:fs');
      await (await bringUp({ engine: 'installed' })).down();
      const [name = ''] = readdirSync(databases);
      const file = join(databases, name, 'bytes');
      const { size } = statSync(file);
      // As long as before, so that only the server can notice.
      writeFileSync(file, Buffer.alloc(size, 'x'));
      const stack = await bringUp({ engine: 'installed' });
      try {
        expect((await stack.request('/guestbook')).outcome).toBe('200 from app');
      } finally {
        await stack.down();
      }
      expect(readFileSync(file).subarray(0, 100).toString()).not.toContain('xxxxxxxx');
    });
  },
);
