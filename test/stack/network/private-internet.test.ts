/** Real clients inside real namespaces. Nothing is sent anywhere else: that there is no way out is read off the routes. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bringUp } from '../../../src/stack/bring-up.ts';
import { openPrivateInternet, type PrivateInternet } from '../../../src/stack/network/private-internet.ts';
import type { Action, Stack } from '../../../src/stack/stack.ts';
import { processesOf } from '../../processes.ts';
import { until } from '../../until.ts';
import { stackCases } from '../engine-cases.ts';
import { named, present } from './present.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const tools = ['dig', 'curl', 'mariadb'].filter(tool => !has(tool));
const missing = tools.length > 0 ? ` (skipped: no ${tools.join(', no ')})` : '';

describe.each(stackCases)(`${named('the private internet')}: $name`, ({ engine, present: engines }) => {
  describe.skipIf(!present || !engines || missing !== '')(`by real clients${missing}`, () => {
    let stack: Stack;
    let network: PrivateInternet;
    let folder: string;
    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'inside-')));
      stack = await bringUp({ engine });
      network = await openPrivateInternet(stack);
    });
    afterAll(async () => {
      await network?.close();
      await stack?.down();
      expect(processesOf(folder)).toEqual([]);
    });

    const inside = async (script: string, env: NodeJS.ProcessEnv = process.env) => {
      const [program, ...words] = network.entrance;
      const child = spawn(program, [...words, folder, 'sh', '-c', script], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: network.environment(env),
      });
      const code = new Promise<number | null>(resolve => child.once('close', resolve));
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { code: await code, stdout, stderr };
    };
    const curls = async (url: string): Promise<number | null> =>
      (await inside(`curl -sS -o page -m 5 ${url}`)).code;
    /** The doors follow the parts a moment later. */
    const becomes = (url: string, code: number): Promise<void> =>
      until(async () => (await curls(url)) === code);
    /** In curl's words, because a connection that is reset at once has the same code. */
    const refuses = (url: string): Promise<void> =>
      until(async () => (await inside(`curl -sv -m 5 ${url}`)).stderr.includes('Connection refused'));
    const control = (action: Action, target: string): Promise<void> => stack.control(action, target);

    it('dig finds www.foobar.com at the resolver of the system, over UDP and TCP', async () => {
      const { stdout } = await inside('dig www.foobar.com');
      expect(stdout).toMatch(/www\.foobar\.com\.\s+300\s+IN\s+A\s+8\.8\.8\.8/);
      expect(stdout).toContain('SERVER: 127.0.0.1#53');
      expect((await inside('dig +tcp +short @192.0.2.53 www.foobar.com')).stdout).toBe('8.8.8.8\n');
      expect((await inside('getent hosts www.foobar.com')).stdout).toContain('8.8.8.8');
    });

    it('curl meets the web server at 8.8.8.8', async () => {
      const { code, stderr } = await inside('curl -v http://www.foobar.com/guestbook');
      expect(code).toBe(0);
      expect(stderr).toContain('(8.8.8.8) port 80');
      expect(stderr).toContain('HTTP/1.1 200 OK');
    });

    it('curl verifies the certificate by the authorities that the system trusts', async () => {
      const { code, stderr } = await inside(`env -i PATH="$PATH" curl -v https://www.foobar.com/`);
      expect(code).toBe(0);
      expect(stderr).toContain('(8.8.8.8) port 443');
      expect(stderr).toContain('SSL certificate verify ok');
    });

    it('Node, which brings its own authorities, does so too', async () => {
      const script = `fetch('https://www.foobar.com/health').then(({ status }) => console.log(status))`;
      expect((await inside(`'${process.execPath}' -e "${script}"`)).stdout).toBe('200\n');
    });

    it('the database answers where server-1 has it', async () => {
      const { stdout } = await inside('mariadb -h 127.0.0.1 -u web foobar -e "SHOW TABLES"');
      expect(stdout).toContain('entries');
    });

    it('no route leads out, and there is nothing but the loopback', async () => {
      expect((await inside('ip route; ip -6 route show default')).stdout).toBe('');
      const links = (await inside('ip -o link')).stdout.trim().split('\n');
      expect(links.map(link => link.split(':')[1])).toEqual([' lo']);
      const { stdout } = await inside('ip -o route show table all');
      expect(stdout.split('\n').filter(route => route !== '' && !/ dev lo( |$)/.test(route))).toEqual([]);
    });

    it('programs have the name and the folder of the learner, and no capability that they could use or gain', async () => {
      const { stdout } = await inside('id -un; id -u; pwd; grep ^Cap /proc/self/status | cut -f2 | sort -u');
      const { username, uid } = userInfo();
      expect(stdout.trim().split('\n')).toEqual([username, String(uid), folder, '0'.repeat(16)]);
    });

    it('leaves proxies out of the environment, which could not be reached', async () => {
      const env = {
        ...process.env,
        http_proxy: 'http://192.0.2.1:3128',
        ALL_PROXY: 'socks5://192.0.2.1',
        LIKED: 'yes',
      };
      expect((await inside('env', env)).stdout).not.toMatch(/_proxy=/i);
      expect((await inside('echo $LIKED', env)).stdout).toBe('yes\n');
    });

    it.each(['stop', 'kill'] as const)(
      'refuses after %s web, and answers when it runs again',
      async action => {
        await control(action, 'web');
        await refuses('http://www.foobar.com/health');
        await refuses('https://www.foobar.com/health');
        await control('start', 'web');
        await becomes('http://www.foobar.com/health', 0);
        await becomes('https://www.foobar.com/health', 0);
      },
    );

    it('is silent while web is paused, because its kernel goes on accepting', async () => {
      await control('pause', 'web');
      const { code, stderr } = await inside('curl -sv -m 1 http://www.foobar.com/health');
      expect(code).toBe(28);
      expect(stderr).toContain('Connected to www.foobar.com (8.8.8.8) port 80');
      await control('resume', 'web');
      await becomes('http://www.foobar.com/health', 0);
    });

    it('has no names while dns is down, and dig says who refuses', async () => {
      await control('stop', 'dns');
      await becomes('http://www.foobar.com/health', 6);
      const { stdout } = await inside('dig +tries=1 +timeout=5 www.foobar.com');
      expect(stdout).toContain('connection refused');
      await control('start', 'dns');
      await becomes('http://www.foobar.com/health', 0);
    });

    it('takes everything inside along when it is closed, and opens again', async () => {
      const [program, ...words] = network.entrance;
      const left = spawn(program, [...words, folder, 'sh', '-c', 'sleep 1000 & echo ready; exec sleep 1000']);
      const gone = new Promise(resolve => left.once('close', resolve));
      await new Promise(resolve => left.stdout.once('data', resolve));
      expect(processesOf(folder).length).toBeGreaterThanOrEqual(2);
      await network.close();
      await network.ended;
      await gone;
      expect(processesOf(folder)).toEqual([]);
      network = await openPrivateInternet(stack);
      await becomes('http://www.foobar.com/health', 0);
    });
  });
});
