import { readFileSync } from 'node:fs';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { systemError } from '../serve/system-error.ts';
import { ConfError } from './error.ts';
import { type NamedFile, type Settings, type TlsVersion, tlsVersions } from './model.ts';

/** Not what `ssl_ciphers` chooses among: TLS 1.3 has its own. */
const suites = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';

type OffSwitch = 'SSL_OP_NO_TLSv1' | 'SSL_OP_NO_TLSv1_1' | 'SSL_OP_NO_TLSv1_2' | 'SSL_OP_NO_TLSv1_3';

const offSwitches: Record<TlsVersion, OffSwitch> = {
  TLSv1: 'SSL_OP_NO_TLSv1',
  'TLSv1.1': 'SSL_OP_NO_TLSv1_1',
  'TLSv1.2': 'SSL_OP_NO_TLSv1_2',
  'TLSv1.3': 'SSL_OP_NO_TLSv1_3',
};

/**
 * What a server needs for TLS; undefined for one without a certificate. Throws ConfError with the words of nginx
 * and OpenSSL when certificate or key cannot be used.
 */
export const secureContext = (settings: Settings): SecureContext | undefined => {
  const { ssl_certificate: certificates, ssl_certificate_key: keys } = settings;
  const lonely = certificates[keys.length];
  if (lonely) throw new ConfError(`no "ssl_certificate_key" is defined for certificate "${lonely.written}"`);
  if (certificates.length === 0) return undefined;
  const identity = {
    cert: certificates.map(file => loaded(file, 'cert')),
    key: certificates.map((_, index) => loaded(keys[index] as NamedFile, 'key')),
  };
  make(identity, `SSL_CTX_use_PrivateKey("${keys[0]?.file}")`);
  const { ssl_ciphers: ciphers } = settings;
  return make({ ...identity, ...terms(settings) }, `SSL_CTX_set_cipher_list("${ciphers}")`);
};

/** Loaded at the first certificate: most servers have none. */
const openssl = () => process.getBuiltinModule('node:tls');

const make = (options: SecureContextOptions, call: string): SecureContext => {
  try {
    return openssl().createSecureContext(options);
  } catch (problem) {
    throw new ConfError(`${call} failed (SSL: ${(problem as Error).message})`);
  }
};

const kinds = {
  cert: {
    name: 'certificate',
    parse: 'PEM_read_bio_X509_AUX()',
    more: ':Expecting: TRUSTED CERTIFICATE',
  },
  key: {
    name: 'certificate key',
    parse: 'PEM_read_bio_PrivateKey()',
    more: ':No supported data to decode. Input type: PEM',
  },
};

const loaded = ({ file }: NamedFile, kind: keyof typeof kinds): Buffer => {
  const { name, parse, more } = kinds[kind];
  const fail = (why: string): never => {
    throw new ConfError(`cannot load ${name} "${file}": ${why}`);
  };
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (problem) {
    // In its number, OpenSSL marks the system's errors by the highest bit.
    const [, errno, text] = /^(\d+): (.*)$/s.exec(systemError(problem)) ?? [];
    const code = (0x80000000 + Number(errno)).toString(16).toUpperCase();
    const missing = (problem as NodeJS.ErrnoException).code === 'ENOENT';
    const opened = `error:${code}:system library::${text}:calling fopen(${file}, r)`;
    const made = missing
      ? 'error:10000080:BIO routines::no such file'
      : 'error:10080002:BIO routines::system lib';
    return fail(`BIO_new_file() failed (SSL: ${opened} ${made})`);
  }
  try {
    openssl().createSecureContext({ [kind]: content });
  } catch (problem) {
    return fail(`${parse} failed (SSL: ${(problem as Error).message}${more})`);
  }
  return content;
};

const terms = (settings: Settings): SecureContextOptions => {
  const { constants } = process.getBuiltinModule('node:crypto');
  const off = tlsVersions.filter(version => !settings.ssl_protocols.has(version));
  const switches = off.map(version => constants[offSwitches[version]]);
  if (!settings.ssl_session_tickets) switches.push(constants.SSL_OP_NO_TICKET);
  return {
    ciphers: `${settings.ssl_ciphers}:${suites}`,
    honorCipherOrder: settings.ssl_prefer_server_ciphers,
    minVersion: 'TLSv1',
    secureOptions: switches.reduce((all, one) => all | one, 0),
    sessionTimeout: Math.max(1, Math.floor(settings.ssl_session_timeout / 1000)),
  };
};
