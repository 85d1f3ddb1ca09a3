import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumLines } from '../../src/commands/up/browser-lines.ts';
import { keyHashOf } from '../../src/commands/up/key-hash.ts';
import { bringUp } from '../../src/stack/bring-up.ts';
import type { EngineChoice } from '../../src/stack/engine-choice.ts';
import type { Stack } from '../../src/stack/stack.ts';
import { startUp, stopUps } from '../commands/up-process.ts';
import { stackCases } from '../stack/engine-cases.ts';
import { until } from '../until.ts';
import { chromiumProgram, skippedChromium, startChromium } from './chromium.ts';
import { hasMariadbClient, messagesInDatabase, signGuestbook } from './guestbook.ts';

const site = 'http://www.foobar.com';
const secureSite = 'https://www.foobar.com';

afterEach(stopUps);

/** What a shell makes of a pasted line: the flags, without the program and without the URL. */
const flagsOf = (pasted: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${pasted}`], { encoding: 'utf8' })
    .split('\0')
    .slice(1, -2);

const browse = async (flags: readonly string[]): Promise<Page> => {
  const { page, close } = await startChromium({ flags });
  onTestFinished(close);
  return page;
};

const startStack = async (engine: EngineChoice): Promise<Stack> => {
  const stack = await bringUp({ engine });
  onTestFinished(() => stack.down());
  return stack;
};

/** The flags that the tutor would print for this stack. */
const flagsFor = async (stack: Stack): Promise<string[]> => {
  const [proxy] = await Promise.all([stack.openProxy(), stack.secure()]);
  const https = stack.doors().find(({ address }) => address.port === 443)?.here;
  if (!https) throw new Error('no door at port 443');
  const profile = join(stack.runDir, 'chromium');
  const keyHash = await keyHashOf(https);
  return flagsOf(chromiumLines('chromium', { proxy, keyHash, profile, url: site }).join('\n'));
};

/** Has the access log begin each line with the port at which the request arrived. */
const logPorts = async (stack: Stack): Promise<void> => {
  const conf = join(stack.runDir, 'server-1/web/conf/nginx.conf');
  const text = await readFile(conf, 'utf8');
  await writeFile(conf, text.replace("visits '", "visits 'port $server_port "));
  await stack.control('reload', 'web');
};

/** The ports at which the pages were asked for, in order: that of the story for each. */
const portsOfVisits = async (stack: Stack, path: string): Promise<(number | undefined)[]> => {
  const lines = await stack.logs('web', 1000);
  return lines
    .filter(line => line.includes(`"GET ${path} `))
    .flatMap(line => /port (\d+) /.exec(line)?.[1] ?? [])
    .map(port => stack.doors().find(({ here }) => here.port === Number(port))?.address.port);
};

describe.skipIf(!chromiumProgram)(`Chromium through the proxy${skippedChromium}`, () => {
  describe.each(stackCases)('engine $name', ({ engine, present }) => {
    test.skipIf(!present)('the line of up opens http:// and https://', async () => {
      const { text } = await startUp(['--engine', engine], printed => printed.includes('Ctrl+C'));
      const start = text.indexOf('\nchromium ');
      const page = await browse(flagsOf(text.slice(start + 1, text.indexOf('\n\n', start + 1))));
      for (const url of [site, secureSite]) {
        const response = await page.goto(`${url}/`);
        expect([response?.status(), response?.url()]).toEqual([200, `${url}/`]);
        expect(await page.title()).toBe('Welcome · foobar');
      }
    });

    test.skipIf(!present || !hasMariadbClient)(
      `what is posted is in the database${hasMariadbClient ? '' : ' (skipped: no mariadb client)'}`,
      async () => {
        const { text } = await startUp(['--json', '--engine', engine], printed => printed.includes('\n'));
        const { proxy, https, mysql } = JSON.parse(text).addresses;
        const page = await browse([
          `--proxy-server=http://${proxy.host}:${proxy.port}`,
          '--proxy-bypass-list=<-loopback>',
          '--disable-features=HttpsUpgrades',
          `--ignore-certificate-errors-spki-list=${await keyHashOf(https)}`,
        ]);
        const messages = [site, secureSite].map(url => `Hello by ${url}, "quoted" & <b>`);
        expect(messagesInDatabase(mysql)).not.toContain(messages[0]);
        await signGuestbook(page, `${site}/guestbook`, { name: 'Ada', message: messages[0] ?? '' });
        await signGuestbook(page, `${secureSite}/guestbook`, { name: 'Ben', message: messages[1] ?? '' });
        expect(messagesInDatabase(mysql)).toEqual(expect.arrayContaining(messages));
      },
    );

    test.skipIf(!present)('http:// arrives at port 80, and only https:// at 443', async () => {
      const stack = await startStack(engine);
      const flags = await flagsFor(stack);
      await logPorts(stack);
      const page = await browse(flags);
      await page.goto(`${site}/health`);
      await page.goto(`${secureSite}/health`);
      await page.goto(`${site}/health`);
      await until(async () => (await portsOfVisits(stack, '/health')).length === 3);
      expect(await portsOfVisits(stack, '/health')).toEqual([80, 443, 80]);
    });
  });

  test('without the flag it would ask for https:// where http:// was typed', async () => {
    const stack = await startStack('embedded');
    const flags = await flagsFor(stack);
    await logPorts(stack);
    const page = await browse(flags.filter(flag => !flag.startsWith('--disable-features=')));
    await page.goto(`${site}/health`);
    await until(async () => (await portsOfVisits(stack, '/health')).length > 0);
    expect(await portsOfVisits(stack, '/health')).toEqual([443]);
  });

  test('without the key it warns, and shows no page', async () => {
    const stack = await startStack('embedded');
    const flags = await flagsFor(stack);
    const page = await browse(flags.filter(flag => !flag.startsWith('--ignore-certificate-errors')));
    await expect(page.goto(`${secureSite}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
  });

  test('what cannot be reached is said by the proxy', async () => {
    const stack = await startStack('embedded');
    const page = await browse(await flagsFor(stack));
    const said = async (url: string): Promise<string> => {
      const response = await page.goto(url);
      return `${response?.status()} ${await page.locator('body').textContent()}`;
    };
    expect(await said('http://nobody.foobar.com/')).toMatch(
      /^502 .*nxdomain: 192\.0\.2\.53 answered NXDOMAIN/s,
    );
    await stack.control('stop', 'dns');
    expect(await said(`${site}/`)).toMatch(
      /^502 .*dns-unreachable: the operating system of 192\.0\.2\.53 refused/s,
    );
    await stack.control('start', 'dns');
    expect(await said(`${site}/health`)).toMatch(/^200 ok/);
    await stack.control('stop', 'web');
    expect(await said(`${site}/`)).toMatch(/^502 .*refused: the operating system of 8\.8\.8\.8 refused/s);
  });
});
