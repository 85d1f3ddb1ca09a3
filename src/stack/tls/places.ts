import { join } from 'node:path';

/** Certificate of the lab's authority: what real clients have to trust. It is there after `Stack.secure()`. */
export const authorityFile = (runDir: string): string => join(runDir, 'ca.pem');

/** The web server's certificate and key, as nginx.conf names them: below its own folder. */
export const identityFiles = {
  certificate: 'tls/www.foobar.com.crt',
  key: 'tls/www.foobar.com.key',
} as const;
