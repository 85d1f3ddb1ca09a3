import { createHash, KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { BitString, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
  RelativeDistinguishedNames,
  Time,
} from 'pkijs';

// pkijs and not @peculiar/x509, which is friendlier: that one costs 75 ms of CPU until the certificates are there,
// this one 30 ms, and it needs a polyfill that changes the global Reflect.

/** A certificate and its private key, both as PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

export interface Validity {
  from: Date;
  to: Date;
}

/** Signs certificates of servers. Its key stays in memory. */
export interface Authority {
  /** As PEM: who trusts this certificate trusts all that it has signed. */
  certificate: string;
  issue(names: readonly string[], validity: Validity): Promise<Identity>;
}

export const createAuthority = async (name: string, validity: Validity): Promise<Authority> => {
  const keys = await newKeys();
  const draft: Draft = { subject: name, validity, keys, extensions: authorityExtensions };
  const certificate = await signed(draft, { name, keys });
  return {
    certificate,
    issue: async (names, span) => {
      const own = await newKeys();
      const leaf = {
        subject: names[0] ?? '',
        validity: span,
        keys: own,
        extensions: serverExtensions(names),
      };
      return { certificate: await signed(leaf, { name, keys }), key: keyText(own) };
    },
  };
};

/** A server that vouches for itself. */
export const selfSigned = async (names: readonly string[], validity: Validity): Promise<Identity> => {
  const keys = await newKeys();
  const name = names[0] ?? '';
  const draft = { subject: name, validity, keys, extensions: serverExtensions(names) };
  return { certificate: await signed(draft, { name, keys }), key: keyText(keys) };
};

const newKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);

const keyText = ({ privateKey }: CryptoKeyPair): string =>
  KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();

interface Draft {
  subject: string;
  validity: Validity;
  keys: CryptoKeyPair;
  extensions: readonly Extension[];
}

/** The certificate of RFC 5280, section 4, as PEM. */
const signed = async (
  { subject, validity, keys, extensions }: Draft,
  issuer: { name: string; keys: CryptoKeyPair },
): Promise<string> => {
  const certificate = new Certificate({
    // Counted from 0: this is version 3.
    version: 2,
    serialNumber: new Integer({ valueHex: serial() }),
    issuer: commonName(issuer.name),
    subject: commonName(subject),
    notBefore: new Time({ value: validity.from }),
    notAfter: new Time({ value: validity.to }),
  });
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  const keyIdentifier = new OctetString({ valueHex: identifierOf(keys) });
  const issuerIdentifier = new OctetString({ valueHex: identifierOf(issuer.keys) });
  certificate.extensions = [
    ...extensions,
    extension(oids.subjectKeyIdentifier, keyIdentifier),
    extension(
      oids.authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: issuerIdentifier }).toSchema(),
    ),
  ];
  await certificate.sign(issuer.keys.privateKey, 'SHA-256');
  return new X509Certificate(Buffer.from(certificate.toSchema(true).toBER())).toString();
};

/** Object identifiers (RFC 5280, section 4.2 and appendix A.1). */
const oids = {
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

const extension = (extnID: string, value: { toBER(): ArrayBuffer }, critical = false): Extension =>
  new Extension({ extnID, critical, extnValue: value.toBER() });

/** The bits of a key usage, from the left (section 4.2.1.3). */
const usage = (bits: number, unusedBits: number): Extension =>
  extension(oids.keyUsage, new BitString({ valueHex: Uint8Array.of(bits), unusedBits }), true);

const authorityExtensions = [
  // May sign certificates, but none that may sign others.
  extension(oids.basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema(), true),
  // keyCertSign and cRLSign
  usage(0b0000_0110, 1),
];

const dnsName = 2;

const serverExtensions = (names: readonly string[]): Extension[] => [
  extension(oids.basicConstraints, new BasicConstraints({ cA: false }).toSchema(), true),
  // digitalSignature
  usage(0b1000_0000, 7),
  extension(oids.extKeyUsage, new ExtKeyUsage({ keyPurposes: [oids.serverAuth] }).toSchema()),
  extension(
    oids.subjectAltName,
    new GeneralNames({
      names: names.map(value => new GeneralName({ type: dnsName, value })),
    }).toSchema(),
  ),
];

const commonName = (value: string): RelativeDistinguishedNames =>
  new RelativeDistinguishedNames({
    typesAndValues: [new AttributeTypeAndValue({ type: oids.commonName, value: new Utf8String({ value }) })],
  });

/** 127 random bits, never negative and never with a zero in front (section 4.1.2.2). */
const serial = (): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
};

/** RFC 7093, section 2, method 4: of the whole public key, as every X.509 tool can export it. */
const identifierOf = ({ publicKey }: CryptoKeyPair): Uint8Array<ArrayBuffer> => {
  const spki = KeyObject.from(publicKey).export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(spki).digest().subarray(0, 20));
};
