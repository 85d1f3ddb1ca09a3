import { join } from 'node:path';
import { parseLab } from '../../lab/language.ts';
import { hanging } from '../../plain/text.ts';
import type { Endpoint } from '../../stack/address-book.ts';
import type { PartStatus, Stack } from '../../stack/stack.ts';
import { siteHost } from '../../stack/topology.ts';
import { chromiumLines, firefoxLines } from './browser-lines.ts';
import { findBrowsers } from './browsers.ts';
import { keyHashOf } from './key-hash.ts';

export interface RealAddresses {
  https: Endpoint;
  proxy: Endpoint;
  /** Path of the lab authority's certificate. */
  ca: string;
  /** Runs a shell in the private internet, where there is one. */
  enter?: string;
}

/** For people: what is where, and lines to paste. */
export const addressLines = async (stack: Stack, at: RealAddresses, width: number): Promise<string[]> => {
  const pasted = `resolve ${siteHost}\nrequest /\nrequest https://${siteHost}/\nsql "SHOW TABLES"`;
  const tools = parseLab(pasted).lines.flatMap(({ command }) => command.tool?.(stack) ?? []);
  const text = (head: string, said: string): string[] => hanging(head, said, width);
  return [
    'The stack is up:',
    '',
    ...stack
      .status()
      .flatMap(part =>
        text(
          `  ${part.part.padEnd(5)} on ${part.server.padEnd(9)} `,
          `${places(stack, part)}, ${part.label}`,
        ),
      ),
    ...text(
      `  proxy              `,
      `${spot(at.proxy)}, asks this dns for names, reaches nothing but this lab`,
    ),
    ...text(`  authority          `, `${at.ca}, for https://${siteHost}`),
    '',
    'Try it in another terminal:',
    '',
    ...tools,
    '',
    ...text('', '(The warning of dig is right: this server does not ask others.)'),
    '',
    'Or in a browser, with a profile of its own that goes when the stack goes:',
    '',
    ...(await browserLines(stack.runDir, at, text)),
    '',
    ...(at.enter === undefined
      ? []
      : [...text('', 'Or in a shell for which the addresses of the lab are real:'), '', at.enter, '']),
    'Close that first; then Ctrl+C takes the stack down.',
  ];
};

const spot = ({ host, port }: Endpoint): string => `${host}:${port}`;

const places = (stack: Stack, { id, address, here }: PartStatus): string => {
  const others = stack.doors().filter(door => door.plan.id === id && door.address.port !== address.port);
  return [{ address, here }, ...others]
    .map(door => `${spot(door.address)} (here ${spot(door.here)})`)
    .join(', ');
};

const browserLines = async (
  runDir: string,
  { https, proxy }: RealAddresses,
  text: (head: string, said: string) => string[],
): Promise<string[]> => {
  const { chromium, firefox } = findBrowsers();
  const url = `http://${siteHost}/`;
  const profile = (name: string): string => join(runDir, name);
  // Where there is none of them, people have a browser that was not found, and Chromium's kin is the most likely.
  const forChromium =
    (chromium ?? !firefox)
      ? chromiumLines(chromium ?? 'chromium', {
          ...{ proxy, url },
          keyHash: await keyHashOf(https),
          profile: profile('chromium'),
        })
      : [];
  if (!firefox) return forChromium;
  return [
    ...forChromium,
    ...(forChromium.length > 0 ? [''] : []),
    ...(await firefoxLines(firefox, { proxy, url, profile: profile('firefox') })),
    '',
    ...text('', '(Firefox is right to warn of https:// there: it does not know the authority of the lab.)'),
  ];
};
