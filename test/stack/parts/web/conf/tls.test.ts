/** Broken TLS settings, and what nginx says of them; where it is installed, it is asked. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfError } from '../../../../../src/stack/parts/web/conf/error.ts';
import { readConfig } from '../../../../../src/stack/parts/web/conf/read.ts';
import { selfSigned } from '../../../../../src/stack/tls/authority.ts';
import { hasNginx, installed } from '../engines.ts';
import { wrap } from './broken.ts';

let dir: string;
let conf: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'conf-tls-'));
  conf = join(dir, 'conf/nginx.conf');
  for (const folder of ['conf', 'logs', 'temp']) mkdirSync(join(dir, folder));
  const now = Date.now();
  const validity = { from: new Date(now - 3600_000), to: new Date(now + 3600_000) };
  for (const name of ['a', 'b']) {
    const { certificate, key } = await selfSigned([`${name}.test`], validity);
    writeFileSync(join(dir, `conf/${name}.crt`), certificate);
    writeFileSync(join(dir, `conf/${name}.key`), key);
  }
  writeFileSync(join(dir, 'conf/junk'), 'junk\n');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

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

const good = 'ssl_certificate a.crt; ssl_certificate_key a.key;';
const tls = (text: string): string => wrap.inHttp(`server {\nlisten 127.0.0.1:1 ssl;\n${text}\n}`);

const inFile: [text: string, fault: string, line: number][] = [
  [tls(''), 'no "ssl_certificate" is defined for the "listen ... ssl" directive', 4],
  [
    wrap.inHttp(
      `server { listen 127.0.0.1:1 ssl; ${good} }\nserver {\nlisten 127.0.0.1:1 ssl default_server; }`,
    ),
    'no "ssl_certificate" is defined for the "listen ... ssl" directive',
    5,
  ],
  [tls(`${good} ssl_protocols TLSv9;`), 'invalid value "TLSv9"', 6],
  [tls(`${good} ssl_session_cache shared:x;`), 'invalid session cache "shared:x"', 6],
  [tls(`${good} ssl_session_cache shared::1m;`), 'invalid session cache "shared::1m"', 6],
  [tls(`${good} ssl_session_cache builtin:x shared:a:1m;`), 'invalid session cache "builtin:x"', 6],
  [tls(`${good} ssl_session_cache some;`), 'invalid session cache "some"', 6],
  [tls(`${good} ssl_session_cache shared:x:1k;`), 'session cache "shared:x:1k" is too small', 6],
  [tls(`${good} ssl_session_timeout x;`), '"ssl_session_timeout" directive invalid value', 6],
  [
    tls(`${good} ssl_session_timeout 1m; ssl_session_timeout 2m;`),
    '"ssl_session_timeout" directive is duplicate',
    6,
  ],
  [
    tls(`${good} ssl_session_tickets x;`),
    'invalid value "x" in "ssl_session_tickets" directive, it must be "on" or "off"',
    6,
  ],
  [tls(`${good} ssl_ciphers HIGH; ssl_ciphers HIGH;`), '"ssl_ciphers" directive is duplicate', 6],
  [tls(`${good} location / { ssl_ciphers HIGH; }`), '"ssl_ciphers" directive is not allowed here', 6],
  [tls(`${good} listen 127.0.0.1:1;`), 'a duplicate listen 127.0.0.1:1', 6],
];

const noFile = (name: string): string =>
  `BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(CONF/${name}, r) error:10000080:BIO routines::no such file)`;

const elsewhere: [text: string, fault: string][] = [
  [tls('ssl_certificate a.crt;'), 'no "ssl_certificate_key" is defined for certificate "a.crt"'],
  [wrap.inServer('ssl_certificate a.crt;'), 'no "ssl_certificate_key" is defined for certificate "a.crt"'],
  [tls(`ssl_certificate b.crt; ${good}`), 'no "ssl_certificate_key" is defined for certificate "a.crt"'],
  [
    tls('ssl_certificate none; ssl_certificate_key a.key;'),
    `cannot load certificate "CONF/none": ${noFile('none')}`,
  ],
  [
    tls('ssl_certificate a.crt; ssl_certificate_key none;'),
    `cannot load certificate key "CONF/none": ${noFile('none')}`,
  ],
  [
    tls('ssl_certificate junk; ssl_certificate_key a.key;'),
    'cannot load certificate "CONF/junk": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)',
  ],
  [
    tls('ssl_certificate a.crt; ssl_certificate_key junk;'),
    'cannot load certificate key "CONF/junk": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM)',
  ],
  [
    tls('ssl_certificate a.crt; ssl_certificate_key b.key;'),
    'SSL_CTX_use_PrivateKey("CONF/b.key") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)',
  ],
  [
    tls(`${good} ssl_ciphers NONSENSE;`),
    'SSL_CTX_set_cipher_list("NONSENSE") failed (SSL: error:0A0000B9:SSL routines::no cipher match)',
  ],
];

const cases = [
  ...inFile.map(([text, fault, line]) => ({ text, fault: `${fault} in CONF/nginx.conf:${line}` })),
  ...elsewhere.map(([text, fault]) => ({ text, fault })),
].map(one => ({ ...one, name: one.fault.slice(0, 70) }));

describe('TLS in nginx.conf', () => {
  it.each(cases)('$name', ({ text, fault }) => {
    expect(faultOf(text)).toBe(fault.replaceAll('CONF', join(dir, 'conf')));
  });

  it.each([
    tls(`${good} ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers HIGH:!aNULL; ssl_prefer_server_ciphers on;`),
    tls(`${good} ssl_session_cache builtin:10 shared:a:1m; ssl_session_timeout 1h; ssl_session_tickets off;`),
    tls(`${good} ssl_session_cache none;`),
    wrap.inHttp(`${good} server { listen 127.0.0.1:1 ssl; }`),
    tls(`ssl_certificate ${'CONF'}/a.crt; ssl_certificate_key a.key;`),
  ])('accepts %s', text => {
    expect(faultOf(text.replaceAll('CONF', join(dir, 'conf')))).toBe('none');
  });

  it.each(['listen 127.0.0.1:2 ssl http2;', 'ssl_verify_client on;', 'ssl_certificate $host.crt;'])(
    'says that it does not obey %s',
    text => expect(faultOf(tls(`${good} ${text}`))).toContain('not obeyed by the embedded web server'),
  );
});

describe.skipIf(!hasNginx)(`TLS compared with ${installed.name}`, () => {
  it.each(cases)('$name', ({ text }) => {
    const ours = faultOf(text);
    const [file, args] = installed.command(dir, ['-t', '-q']);
    const { stderr } = spawnSync(file, args, { encoding: 'utf8' });
    const theirs = stderr.split('\n').find(line => line.startsWith('nginx: [emerg] '));
    // What OpenSSL says differs between its versions; above it is that of version 3.
    const withoutSsl = (fault = ''): string => fault.replace(/\(SSL: .*\)/, '(SSL: ...)');
    expect(withoutSsl(`nginx: [emerg] ${ours}`)).toBe(withoutSsl(theirs));
  });
});
