import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cover } from './porter-protocol.ts';

/** Where Chromium and its kin look for the policies of their machine. */
const places = ['/etc/chromium', '/etc/chromium-browser', '/etc/opt/chrome', '/etc/opt/edge'];

/**
 * What makes an unmodified Chromium behave in the private internet: it trusts no list of the system, and asks for
 * https:// where http:// was typed. The names are those of its list of enterprise policies; `ca` is a certificate (PEM).
 */
export const browserPolicy = (ca: string): string =>
  JSON.stringify({
    CACertificates: [ca.replace(/-----[^-]+-----|\s/g, '')],
    HttpsUpgradesEnabled: false,
  });

/** Copies of those folders, made in `dir`, with that policy added; the path `ca` is that of the certificate. */
export const policyCovers = (dir: string, ca: string): Cover[] =>
  places.filter(existsSync).flatMap((over, index) => {
    const from = join(dir, `policies-${index}`);
    try {
      cpSync(over, from, { recursive: true });
      mkdirSync(join(from, 'policies/managed'), { recursive: true });
      writeFileSync(
        join(from, 'policies/managed/web-stack-tutor.json'),
        browserPolicy(readFileSync(ca, 'utf8')),
      );
      return [{ from, over }];
    } catch {
      // Not everybody may read every policy; curl and the others need none.
      return [];
    }
  });
