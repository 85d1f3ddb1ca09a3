import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfError } from '../../../../../src/stack/parts/web/conf/error.ts';
import { readConfig } from '../../../../../src/stack/parts/web/conf/read.ts';
import { embedded, hasNginx, installed } from '../engines.ts';
import { broken, wrap } from './broken.ts';

let dir: string;
let conf: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'conf-'));
  conf = join(dir, 'conf/nginx.conf');
  for (const folder of ['conf', 'logs', 'temp']) mkdirSync(join(dir, folder));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What is wrong with a text, as nginx prints it. */
const faultOf = (text: string): string => {
  writeFileSync(conf, text);
  try {
    readConfig(dir, conf);
    return 'none';
  } catch (problem) {
    if (problem instanceof ConfError) return problem.message;
    throw problem;
  }
};

const shown = (text: string): string =>
  text
    .replace(/^.*\n(http \{\naccess_log.*)?/, '')
    .replaceAll('\n', ' ')
    .slice(0, 60) || text;

describe('errors in nginx.conf', () => {
  it.each(broken.map(([text, fault, line]) => ({ name: shown(text), text, fault, line })))(
    '$name',
    ({ text, fault, line }) => {
      const found = faultOf(text);
      expect(found.replace(/ in \S+nginx\.conf:\d+$/, '')).toBe(fault.replace('CONF', join(dir, 'conf')));
      if (line !== undefined) expect(found).toBe(`${fault} in ${conf}:${line}`);
    },
  );

  it('names what nginx has and the embedded server does not obey', () => {
    expect(faultOf(wrap.inServer('rewrite ^ /;'))).toBe(
      `"rewrite" directive is not obeyed by the embedded web server in ${conf}:7`,
    );
  });

  it('passes nothing on beyond this machine', () => {
    const text = wrap.inHttp('upstream a { server 8.8.8.8:80; }');
    expect(faultOf(text)).toContain('upstream "8.8.8.8:80" is not on this machine');
  });

  it('knows no name that only DNS could know', () => {
    expect(faultOf(wrap.inServer('location / { proxy_pass http://nobody; }'))).toBe(
      `host not found in upstream "nobody" in ${conf}:7`,
    );
  });

  it('says who has a broken pattern', () => {
    expect(faultOf(wrap.inServer('location ~ ( {}'))).toMatch(
      /^pcre2_compile\(\) failed: .* in "\(" in .*:7$/,
    );
  });

  it('tests a configuration as `nginx -t` does', () => {
    const test = (text: string) => {
      writeFileSync(conf, text);
      const [file, args] = embedded.command(dir, ['-t']);
      const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
      return { status, stderr };
    };
    expect(test(wrap.inServer(''))).toEqual({
      status: 0,
      stderr: `nginx: the configuration file ${conf} syntax is ok\nnginx: configuration file ${conf} test is successful\n`,
    });
    expect(test('foo;')).toEqual({
      status: 1,
      stderr: expect.stringContaining(`nginx: [emerg] unknown directive "foo" in ${conf}:1\n`),
    });
  });
});

describe.skipIf(!hasNginx)(`compared with ${installed.name}`, () => {
  it.each(broken.map(([text]) => ({ name: shown(text), text })))('$name', ({ text }) => {
    const ours = faultOf(text);
    const [file, args] = installed.command(dir, ['-t', '-q']);
    const { stderr } = spawnSync(file, args, { encoding: 'utf8' });
    const theirs = stderr.split('\n').find(line => line.startsWith('nginx: [emerg] '));
    expect(`nginx: [emerg] ${ours}`).toBe(theirs);
  });
});
