import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../lab/shell.ts';
import type { Endpoint } from '../../stack/address-book.ts';

/**
 * A line for Chromium and its kin, with a profile of its own: through the proxy only, also for what it would
 * fetch in the background. `keyHash` is that of the web server's key: so the lab's authority has to be
 * installed nowhere.
 */
export const chromiumLines = (
  program: string,
  { proxy, keyHash, profile, url }: { proxy: Endpoint; keyHash: string; profile: string; url: string },
): string[] =>
  continued(
    [program, `--user-data-dir=${profile}`],
    [`--proxy-server=http://${proxy.host}:${proxy.port}`, '--proxy-bypass-list=<-loopback>'],
    [`--ignore-certificate-errors-spki-list=${keyHash}`],
    // Otherwise it would ask for https:// where http:// was typed, and look for television sets nearby.
    ['--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter'],
    ['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ['--no-first-run', '--no-default-browser-check', url],
  );

/** A line for Firefox, and the profile that it names. */
export const firefoxLines = async (
  program: string,
  { proxy, profile, url }: { proxy: Endpoint; profile: string; url: string },
): Promise<string[]> => {
  await mkdir(profile, { recursive: true });
  await writeFile(join(profile, 'user.js'), firefoxPreferences(proxy));
  return continued([program, '--no-remote', '--profile', profile], [url]);
};

export const firefoxPreferences = ({ host, port }: Endpoint): string =>
  Object.entries({
    'network.proxy.type': 1,
    'network.proxy.http': host,
    'network.proxy.http_port': port,
    'network.proxy.ssl': host,
    'network.proxy.ssl_port': port,
    'network.proxy.no_proxies_on': '',
    'network.proxy.allow_hijacking_localhost': true,
    // What it fetches for itself would go past a proxy that refuses.
    'network.proxy.failover_direct': false,
    // 5: never ask a DNS server of its own choice.
    'network.trr.mode': 5,
    // http:// stays what it is.
    'dom.security.https_first': false,
    'dom.security.https_first_schemeless': false,
    'dom.security.https_only_mode': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'app.normandy.enabled': false,
    'app.update.auto': false,
    'extensions.update.enabled': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'browser.aboutwelcome.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
  })
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');

/** One command over several lines. */
const continued = (...lines: readonly string[][]): string[] =>
  lines.map((words, index) => words.map(shellWord).join(' ') + (index < lines.length - 1 ? ' \\' : ''));
