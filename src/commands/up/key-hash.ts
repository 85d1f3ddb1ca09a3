import { createHash, type X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Endpoint } from '../../stack/address-book.ts';
import { StackError } from '../../stack/stack.ts';
import { siteHost } from '../../stack/topology.ts';

/** SHA-256 of the public key (SubjectPublicKeyInfo, RFC 5280) of the site's certificate, in Base64. */
export const keyHashOf = async ({ host, port }: Endpoint): Promise<string> => {
  // Nothing is said but hello: whom to trust is what we are about to print.
  const socket = connect({ host, port, servername: siteHost, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    const { publicKey } = socket.getPeerX509Certificate() as X509Certificate;
    return createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
  } catch (error) {
    throw new StackError(`the web server does not speak TLS: ${(error as Error).message}`);
  } finally {
    socket.destroy();
  }
};
