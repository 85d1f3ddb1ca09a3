import { siteHost } from '../../stack/topology.ts';
import { shellLine } from '../shell.ts';
import { defineCommand } from './spec.ts';

const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SOA', 'TXT'] as const;

/** RFC 1035 section 2.3.4: labels of 1 to 63 bytes, names up to 253 characters; `_` occurs in service names. */
const isName = (name: string): boolean =>
  name.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.|$))+$/i.test(name);

export const resolve = defineCommand({
  name: 'resolve',
  usage: 'resolve NAME [TYPE]',
  help: 'asks the DNS server for a name, past all caches',
  examples: [`resolve ${siteHost}`, 'resolve foobar.com NS', 'resolve nobody.foobar.com => nxdomain'],
  parse: ([name, type = 'A', ...more]) => {
    if (name === undefined) return { problem: 'which name?' };
    if (!isName(name)) return { problem: `"${name}" is not a domain name` };
    const known = recordTypes.find(recordType => recordType === type.toUpperCase());
    if (!known) return { problem: `"${type}" is not one of the record types ${recordTypes.join(' ')}` };
    if (more.length > 0) return { problem: `there is one name and one type, but also "${more[0]}"` };
    return { args: { name, type: known } };
  },
  run: async ({ name, type }, stack, signal) => ({
    kind: 'resolve',
    resolution: await stack.resolve(name, type, signal),
  }),
  tool: ({ name, type }, stack) => {
    const dns = stack.status().find(({ part }) => part === 'dns');
    // A name without a dot could be read as a record type: `ns`, `a`, `any`.
    const asked = name.includes('.') ? name : `${name}.`;
    return dns && shellLine('dig', `@${dns.here.host}`, '-p', dns.here.port, asked, type);
  },
  complete: before => [[siteHost, 'foobar.com'], recordTypes][before.length] ?? [],
});
