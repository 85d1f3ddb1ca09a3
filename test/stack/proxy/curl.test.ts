import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseLab } from '../../../src/lab/language.ts';
import { bringUp } from '../../../src/stack/bring-up.ts';
import type { Stack } from '../../../src/stack/stack.ts';
import { stackCases } from '../engine-cases.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

const run = async (file: string, args: string[]): Promise<Ran> => {
  try {
    return { code: 0, ...(await promisify(execFile)(file, args)) };
  } catch (error) {
    return error as Ran;
  }
};

/** Head and body of the answer; of a tunnel that was refused, the proxy's. */
const partsOf = ({ stdout }: Ran) => {
  const [head = '', ...rest] = stdout.split('\r\n\r\n');
  return { head, body: rest.join('\r\n\r\n') };
};

describe.skipIf(!hasCurl).each(stackCases)(
  `curl -x, engine $name${hasCurl ? '' : ' (skipped: no curl)'}`,
  ({ engine, present }) => {
    let stack: Stack;
    let curl: (...args: string[]) => Promise<Ran>;
    beforeAll(async () => {
      if (!present) return;
      stack = await bringUp({ engine });
      const { host, port } = await stack.openProxy();
      curl = (...args) =>
        run('curl', ['-sS', '-i', '-x', `http://${host}:${port}`, '--noproxy', '', ...args]);
    });
    afterAll(() => stack?.down());

    test.skipIf(!present)('https:// needs nothing but to be asked for', async () => {
      const { code, stdout } = await curl('--insecure', 'https://www.foobar.com/health');
      expect([code, stdout.endsWith('\r\n\r\nok\n')]).toEqual([0, true]);
    });

    test.skipIf(!present)('the certificate is the web server’s own: nobody is in the middle', async () => {
      const ca = await stack.secure();
      const good = await curl('--cacert', ca, '-v', 'https://www.foobar.com/health');
      expect(good.code).toBe(0);
      expect(good.stderr).toMatch(/subjectAltName: host "www\.foobar\.com" matched/);
      // 60: the authority is not known; or the name is another one.
      expect((await curl('https://www.foobar.com/health')).code).toBe(60);
      expect((await curl('--cacert', ca, 'https://8.8.8.8/health')).code).toBe(60);
    });

    test.skipIf(!present)('large answers and large questions come through whole', async () => {
      const ca = await stack.secure();
      for (const site of ['http://www.foobar.com', 'https://www.foobar.com']) {
        const message = 'x'.repeat(100_000);
        const { code, stdout } = await curl(
          '--cacert',
          ca,
          '-d',
          `name=Ada&message=${message}`,
          `${site}/guestbook`,
        );
        expect(code).toBe(0);
        expect(stdout).toMatch(/HTTP\/1\.1 4\d\d .*X-Request-ID/s);
      }
    });

    describe.each(['http', 'https'])('%s://', scheme => {
      const site = `${scheme}://www.foobar.com/health`;
      /** The proxy's answer; curl tells no more of a tunnel that it did not get than its status and fields. */
      const refused = async (url: string) => {
        const ran = await curl('--insecure', url);
        const { head, body } = partsOf(ran);
        // 56: the tunnel was refused.
        expect(ran.code, ran.stderr).toBe(scheme === 'https' ? 56 : 0);
        return { head, body };
      };

      test.skipIf(!present)('a name that does not exist', async () => {
        const { head, body } = await refused(`${scheme}://nobody.foobar.com/`);
        expect(head).toMatch(/^HTTP\/1\.1 502 /);
        expect(head).toContain('details="nxdomain"');
        if (scheme === 'http') expect(body).toContain('NXDOMAIN: there is no name nobody.foobar.com');
      });

      test.skipIf(!present)('a stopped DNS server, and the same one started again', async () => {
        stack.forget();
        await stack.control('stop', 'dns');
        const { head } = await refused(site);
        await stack.control('start', 'dns');
        expect(head).toContain('details="dns-unreachable"');
        expect((await curl('--insecure', site)).stdout).toMatch(/\r\n\r\nok\n$/);
      });

      test.skipIf(!present)('a stopped web server', async () => {
        await stack.control('stop', 'web');
        const { head } = await refused(site);
        await stack.control('start', 'web');
        expect(head).toContain('details="refused"');
        expect((await curl('--insecure', site)).stdout).toMatch(/\r\n\r\nok\n$/);
      });
    });

    test.skipIf(!present)('the lab’s line for curl meets the DNS server that the browser meets', async () => {
      const tool = parseLab('request /health').lines[0]?.command.tool?.(stack) ?? '';
      const pasted = async () => partsOf(await run('sh', ['-c', `${tool} -sS`]));
      stack.forget();
      await stack.control('stop', 'dns');
      const { head } = await pasted();
      const trace = await stack.request('/health');
      await stack.control('start', 'dns');
      expect(head).toContain(`details="${trace.failure}"`);
      expect((await pasted()).body).toBe('ok\n');
    });

    test.skipIf(!present)('the proxy is down with the stack', async () => {
      const { port } = await stack.openProxy();
      await stack.down();
      expect(stack.proxy).toBeUndefined();
      expect((await run('curl', ['-sS', `http://127.0.0.1:${port}/`])).code).toBe(7);
      await expect(stack.openProxy()).rejects.toThrow('the stack is down');
    });
  },
);
