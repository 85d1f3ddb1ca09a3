import { type CertificateWish, certificateKinds } from '../../stack/stack.ts';
import { siteHost } from '../../stack/topology.ts';
import { defineCommand, timed } from './spec.ts';

/** A name with or without `*.` in front; the longest that fits into the subject of a certificate. */
const isName = (name: string): boolean =>
  name.length <= 64 && /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.|$))+$/i.test(name);

const zone = siteHost.replace(/^www\./, '');

export const certificate = defineCommand({
  name: 'certificate',
  usage: 'certificate KIND [NAMES]',
  help: 'gives the web server another certificate',
  examples: [
    'certificate expired',
    `certificate valid ${zone} ${siteHost}`,
    ...certificateKinds.slice(2).map(kind => `certificate ${kind}`),
  ],
  parse: ([written, ...names]): { args: CertificateWish } | { problem: string } => {
    const kind = certificateKinds.find(known => known === written);
    if (!kind) {
      const what = written === undefined ? 'which kind?' : `"${written}" is not a kind;`;
      return { problem: `${what} one of ${certificateKinds.join(', ')}` };
    }
    if (names.length === 0) return { args: { kind } };
    const wrong = names.find(name => !isName(name));
    if (wrong !== undefined) return { problem: `"${wrong}" is no name for a certificate` };
    return { args: { kind, names: names.map(name => name.toLowerCase()) } };
  },
  run: (wish, stack) =>
    timed(
      () => stack.certify(wish),
      `the web server has a certificate for ${wish.names?.join(', ') ?? siteHost}: ${wish.kind}`,
    ),
  complete: ([kind, ...names]) =>
    kind === undefined
      ? certificateKinds
      : [siteHost, zone, `*.${zone}`].filter(name => !names.includes(name)),
});

export const redirect = defineCommand({
  name: 'redirect',
  usage: 'redirect ON-or-OFF',
  help: 'has the web server send http:// on to https://',
  examples: ['redirect on', 'redirect off'],
  parse: ([written, ...more]) => {
    if (written !== 'on' && written !== 'off') return { problem: 'on or off?' };
    if (more.length > 0) return { problem: `nothing stands behind it, but there is "${more[0]}"` };
    return { args: written === 'on' };
  },
  run: (on, stack) =>
    timed(
      () => stack.redirect(on),
      on ? 'http:// is sent on to https://' : 'http:// is answered itself again',
    ),
  complete: before => (before.length === 0 ? ['on', 'off'] : []),
});
