import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withRedirect, withTls } from '../parts/web/nginx-conf.ts';
import type { Runner } from '../runner.ts';
import { type CertificateWish, StackError } from '../stack.ts';
import { siteHost } from '../topology.ts';
import { putFile, readPlain, type World } from '../world.ts';
import { answersTls } from './answers.ts';
import type { Authority, Identity, Validity } from './authority.ts';
import { authorityFile, identityFiles } from './places.ts';

/** HTTPS of one stack. Everything here changes the stack, so each call has to be in its turn. */
export interface Security {
  /** Makes the authority and the site's certificate, and has the web server use it; at the first call only. */
  ensure(): Promise<Secured>;
  certify(wish: CertificateWish): Promise<void>;
  redirect(on: boolean): Promise<void>;
}

export interface Secured {
  authority: Authority;
  /** Where its certificate is. */
  file: string;
  /** What the site has when nothing was changed. */
  own: Identity;
}

/** Nobody but its owner may read a private key. */
const keyMode = 0o600;

const day = 24 * 60 * 60 * 1000;

/** From and to are in days from now. Certificates count whole seconds. */
const validity = (from: number, to: number): Validity => {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return { from: new Date(now + from * day), to: new Date(now + to * day) };
};

// As long as those of Let's Encrypt, and begun a little before: clocks differ.
const usual = (): Validity => validity(-1, 89);
/** Around all that the authority signs, the expired ones included. */
const long = (): Validity => validity(-92, 365);

const issue = async (
  { kind, names = [siteHost] }: CertificateWish,
  authority: Authority,
): Promise<Identity> => {
  const { createAuthority, selfSigned } = await import('./authority.ts');
  switch (kind) {
    case 'valid':
      return authority.issue(names, usual());
    case 'expired':
      return authority.issue(names, validity(-91, -1));
    case 'not-yet-valid':
      return authority.issue(names, validity(1, 91));
    case 'self-signed':
      return selfSigned(names, usual());
    case 'unknown-authority':
      return (await createAuthority('an authority that nobody knows', long())).issue(names, usual());
  }
};

export const createSecurity = (runDir: string, web: Runner, world: World): Security => {
  const { at } = web;
  const conf = join(at.dir, 'conf/nginx.conf');
  const files = {
    certificate: join(dirname(conf), identityFiles.certificate),
    key: join(dirname(conf), identityFiles.key),
  };
  let secured: Promise<Secured> | undefined;

  /** Has the web server obey what was changed; one that does not run reads it when it starts. */
  const obey = async (): Promise<void> => {
    // A paused process hears nothing.
    const { state } = web;
    if (state === 'paused') await web.act('resume');
    if (web.state === 'running') {
      // Windows has no signal for it.
      await web.act(process.platform === 'win32' ? 'restart' : 'reload');
      // The first handshake of both sides takes longer than all others; no learner shall see that one.
      if (at.secure) await answersTls(at.secure);
    }
    if (state === 'paused') await web.act('pause');
  };

  const make = async (): Promise<Secured> => {
    const { createAuthority } = await import('./authority.ts');
    const authority = await createAuthority('web-stack-tutor lab authority', long());
    const own = await issue({ kind: 'valid' }, authority);
    const file = authorityFile(runDir);
    await writeFile(file, authority.certificate);
    // Also what `reset` goes back to: from now on the world has always been like this.
    await world.add(web, files.certificate, own.certificate);
    await world.add(web, files.key, own.key, keyMode);
    await world.amend(web, conf, text => withTls(text, at));
    await obey();
    return { authority, file, own };
  };

  const ensure = (): Promise<Secured> => {
    secured ??= make().catch(error => {
      secured = undefined;
      throw error;
    });
    return secured;
  };

  return {
    ensure,
    certify: async wish => {
      const { authority, own } = await ensure();
      const usual = wish.kind === 'valid' && !wish.names;
      const { certificate, key } = usual ? own : await issue(wish, authority);
      await putFile(files.certificate, { content: certificate }, at);
      await putFile(files.key, { content: key, mode: keyMode }, at);
      await obey();
    },
    redirect: async on => {
      await ensure();
      const changed = withRedirect((await readPlain(conf, at)) ?? '', at, on);
      if (changed === undefined)
        throw new StackError('nginx.conf was edited where it says "listen"; reset puts it back');
      await putFile(conf, { content: changed }, at);
      await obey();
    },
  };
};
