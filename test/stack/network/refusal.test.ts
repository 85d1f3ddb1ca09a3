import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { probePrivateInternet } from '../../../src/stack/network/probe.ts';
import { refusalOf } from '../../../src/stack/network/refusal.ts';

const cases: [said: string, appArmor: boolean, why: RegExp][] = [
  ["unshare: unrecognized option '--keep-caps'\nTry 'unshare --help'", false, /util-linux 2\.36 or newer/],
  ['unshare: unshare failed: Operation not permitted\n', false, /refuses user namespaces to this user/],
  ['unshare: unshare failed: No space left on device', false, /max_user_namespaces/],
  ['unshare: write failed /proc/self/uid_map: Operation not permitted', true, /AppArmor/],
  ['Command failed: ip link set lo up\nRTNETLINK answers: Operation not permitted', true, /AppArmor/],
  ['unshare: mount /proc failed: Operation not permitted', false, /as many containers do/],
  ['sh: 1: node: cannot execute', false, /cannot execute/],
  ['', false, /without a word/],
];

describe('why there is no private internet', () => {
  it.each(cases)('%j, AppArmor %j', (said, appArmor, why) => {
    const sentence = refusalOf(said, appArmor);
    expect(sentence).toMatch(why);
    expect(sentence).not.toContain('\n');
  });
});

const places = process.env.WEB_STACK_TUTOR_PROGRAMS;
afterEach(() => {
  if (places === undefined) delete process.env.WEB_STACK_TUTOR_PROGRAMS;
  else process.env.WEB_STACK_TUTOR_PROGRAMS = places;
});

it.skipIf(process.platform !== 'linux')('names the program that is missing', async () => {
  process.env.WEB_STACK_TUTOR_PROGRAMS = mkdtempSync(join(tmpdir(), 'empty-'));
  expect(await probePrivateInternet()).toBe('it needs unshare, which is not installed (package util-linux)');
});
