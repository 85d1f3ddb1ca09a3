/** A Chromium that was told nothing: no proxy, no key, no list of authorities. */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bringUp } from '../../src/stack/bring-up.ts';
import { openPrivateInternet } from '../../src/stack/network/private-internet.ts';
import { cli } from '../commands/cli.ts';
import { asNobody, canBeNobody } from '../nobody.ts';
import { stackCases } from '../stack/engine-cases.ts';
import { named, present } from '../stack/network/present.ts';
import { chromiumProgram, skippedChromium, startChromium } from './chromium.ts';
import { hasMariadbClient, messagesInDatabase, signGuestbook } from './guestbook.ts';

const sites = ['http://www.foobar.com', 'https://www.foobar.com'];

const loads = async (page: Page): Promise<void> => {
  for (const site of sites) {
    const response = await page.goto(`${site}/`);
    expect([response?.status(), page.url()]).toEqual([200, `${site}/`]);
    expect(await page.title()).toBe('Welcome · foobar');
    expect(await response?.serverAddr()).toMatchObject({ ipAddress: '8.8.8.8' });
  }
};

describe.skipIf(!present || !chromiumProgram)(
  `${named('Chromium in the private internet')}${skippedChromium}`,
  () => {
    describe.each(stackCases)('engine $name', ({ engine, present: engines }) => {
      test.skipIf(!engines || !hasMariadbClient)(
        `loads http:// and https://, and what it posts is in the database${hasMariadbClient ? '' : ' (skipped: no mariadb client)'}`,
        async () => {
          const stack = await bringUp({ engine });
          onTestFinished(() => stack.down());
          const network = await openPrivateInternet(stack);
          onTestFinished(() => network.close());
          const { page, close } = await startChromium({ prefix: [...network.entrance, tmpdir()] });
          onTestFinished(close);
          await loads(page);
          for (const site of sites) {
            const message = `Hello by ${site}, "quoted" & <b>`;
            expect(messagesInDatabase(stack.mysql)).not.toContain(message);
            await signGuestbook(page, `${site}/guestbook`, { name: 'Ada', message });
            expect(messagesInDatabase(stack.mysql)).toContain(message);
          }
          const [program, ...words] = network.entrance;
          const client = [
            'mariadb',
            '-h',
            '127.0.0.1',
            '-u',
            'web',
            'foobar',
            '-e',
            'SELECT message FROM entries',
          ];
          const { stdout } = await promisify(execFile)(program, [...words, tmpdir(), ...client], {
            env: network.environment(process.env),
          });
          expect(stdout).toContain('Hello by https://www.foobar.com');
        },
      );
    });

    test.skipIf(!canBeNobody)(
      `loads both, with its sandbox, for an ordinary user${canBeNobody ? '' : ' (skipped: needs root, to become one)'}`,
      async () => {
        // Not in the folder of this test, which belongs to somebody else.
        const folder = mkdtempSync('/tmp/ordinary-');
        onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
        chmodSync(folder, 0o777);
        const own = ['env', `HOME=${folder}`, `TMPDIR=${folder}`];
        const [program, ...words] = [
          ...asNobody,
          ...own,
          ...[process.execPath, cli, 'up', '--json', '--network', 'private', '--engine', 'embedded'],
        ] as const;
        const tutor = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'], cwd: folder });
        onTestFinished(
          () =>
            new Promise<void>(resolve => {
              tutor.once('exit', () => resolve());
              tutor.kill('SIGTERM');
            }),
        );
        const ready = await new Promise<string>(resolve => {
          let text = '';
          tutor.stdout.on('data', data => {
            text += data;
            if (text.includes('\n')) resolve(text);
          });
        });
        const enter = String(JSON.parse(ready).enter).replace(/"\$PWD" "\$SHELL"$/, `'${folder}' "$@"`);
        const { page, close } = await startChromium({
          prefix: [...asNobody, ...own, 'sh', '-c', enter, 'sh'],
          flags: [`--user-data-dir=${join(folder, 'profile')}`],
          sandbox: true,
        });
        onTestFinished(close);
        await loads(page);
      },
    );
  },
);
