import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { identityFiles } from '../../../tls/places.ts';
import type { GeneratedFile, Placement } from '../../part.ts';
import { balancerConf } from './balancer.ts';
import { mimeTypes, tutorConf } from './besides.ts';
import { cacheConf } from './cache.ts';
import { cdnConf } from './cdn.ts';
import type { Options } from './pieces.ts';
import { withTls } from './tls.ts';
import { webConf } from './web.ts';

/** The parts that nginx can play. */
export const webParts = ['web', 'balancer', 'cache', 'cdn'] as const;
export type WebPart = (typeof webParts)[number];

const confs: Record<WebPart, (at: Placement, options: Options) => string> = {
  web: webConf,
  balancer: balancerConf,
  cache: cacheConf,
  cdn: cdnConf,
};

/** Configuration that installed nginx and the embedded server both obey; relative paths begin at `-p DIR/`. */
export const nginxConf = (at: Placement, options: Options = {}): string =>
  confs[at.plan.part as WebPart](at, options);

/** Text by path of the configuration files, as they follow from the plan; with TLS once there is a certificate. */
export const webFiles = (at: Placement, options: Options = {}): Map<string, GeneratedFile> => {
  const path = (name: string): string => join(at.dir, 'conf', name);
  const text = nginxConf(at, options);
  return new Map([
    [path('nginx.conf'), { text: existsSync(path(identityFiles.key)) ? withTls(text, at) : text }],
    ...(at.plan.part === 'web' ? [[path('mime.types'), { text: mimeTypes }] as const] : []),
    [path('tutor.conf'), { text: tutorConf }],
  ]);
};
