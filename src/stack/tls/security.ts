import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { putFile, readPlain } from '../files.ts';
import type { Fleet } from '../fleet.ts';
import { withRedirect } from '../parts/web/conf-files/tls.ts';
import type { Runner } from '../runner.ts';
import { type CertificateWish, StackError } from '../stack.ts';
import { siteHost } from '../topology.ts';
import type { World } from '../world.ts';
import { answersTls } from './answers.ts';
import type { Authority, Identity, Validity } from './authority.ts';
import { authorityFile, identityFiles } from './places.ts';

/** HTTPS of one stack. Everything here changes the stack, so each call has to be in its turn. */
export interface Security {
  /** Makes the authority and the site's certificate, and has every front use it; at the first call only. */
  ensure(): Promise<Secured>;
  /** Gives a part that is about to start what it needs to speak TLS. */
  equip(runner: Runner): Promise<void>;
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

export const createSecurity = (runDir: string, fleet: Fleet, world: World): Security => {
  let secured: Promise<Secured> | undefined;

  /** Those who speak TLS with visitors, the ones that stand by included. */
  const fronts = (): Runner[] => {
    const found = fleet.runners.filter(({ at }) => at.secure);
    if (found.length === 0) throw new StackError('nothing in this stack speaks TLS');
    return found;
  };

  /** One that does not run reads it when it starts. */
  const obey = async (front: Runner): Promise<void> => {
    await fleet.obey(front);
    // The first handshake of both sides takes longer than all others; no learner shall see that one.
    if (front.state === 'running' && front.at.secure) await answersTls(front.at.secure);
  };

  /** Also what `reset` goes back to: from now on the world has always been like this. */
  const give = async (front: Runner, { certificate, key }: Identity): Promise<void> => {
    const files = filesOf(front);
    await world.add(front, files.certificate, { text: certificate });
    await world.add(front, files.key, { text: key, mode: keyMode });
  };

  const make = async (): Promise<Secured> => {
    const { createAuthority } = await import('./authority.ts');
    const authority = await createAuthority('web-stack-tutor lab authority', long());
    const own = await issue({ kind: 'valid' }, authority);
    const file = authorityFile(runDir);
    await writeFile(file, authority.certificate);
    await Promise.all(
      fronts().map(async front => {
        await give(front, own);
        // With a certificate beside it the configuration speaks TLS.
        await (await world.following(front))?.();
        await obey(front);
      }),
    );
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
    equip: async runner => {
      if (!secured || !runner.at.secure) return;
      await give(runner, (await secured).own);
      world.adopt(runner);
    },
    certify: async wish => {
      const { authority, own } = await ensure();
      const usual = wish.kind === 'valid' && !wish.names;
      const { certificate, key } = usual ? own : await issue(wish, authority);
      await Promise.all(
        fronts().map(async front => {
          const files = filesOf(front);
          await putFile(files.certificate, { content: certificate }, front.at);
          await putFile(files.key, { content: key, mode: keyMode }, front.at);
          await obey(front);
        }),
      );
    },
    redirect: async on => {
      await ensure();
      await Promise.all(
        outermost(fronts()).map(async front => {
          const conf = confOf(front);
          const changed = withRedirect((await readPlain(conf, front.at)) ?? '', front.at, on);
          if (changed === undefined)
            throw new StackError('nginx.conf was edited where it says "listen"; reset puts it back');
          await putFile(conf, { content: changed }, front.at);
          await obey(front);
        }),
      );
    },
  };
};

/** Those whom visitors meet: a CDN asks its origin by http, and would be sent round in a circle. */
const outermost = (fronts: readonly Runner[]): readonly Runner[] => {
  const cdns = fronts.filter(({ at }) => at.plan.part === 'cdn');
  return cdns.length > 0 ? cdns : fronts;
};

const confOf = ({ at }: Runner): string => join(at.dir, 'conf/nginx.conf');

const filesOf = (front: Runner) => ({
  certificate: join(dirname(confOf(front)), identityFiles.certificate),
  key: join(dirname(confOf(front)), identityFiles.key),
});
