import { processEntry } from '../../entries.ts';
import type { PartEngine } from '../part.ts';
import { type WebPart, webFiles, webParts } from './conf-files/files.ts';
import { webEvidence } from './evidence.ts';
import { logFile, prepareWeb } from './prepare.ts';
import { purgeCache } from './purge.ts';
import { webAnswers } from './ready.ts';
import { pidFileWritten } from './reload.ts';

/** A Node process that obeys the same nginx.conf as nginx would. */
export const embeddedWeb: PartEngine = {
  part: 'web',
  engine: 'embedded',
  label: 'embedded, obeys the same nginx.conf',
  prepare: at => prepareWeb(at),
  launch: at => ({
    file: process.execPath,
    args: [processEntry('web'), '-p', at.dir, '-c', 'conf/nginx.conf'],
    tells: true,
  }),
  answers: webAnswers,
  reloads: true,
  reload: pidFileWritten,
  generated: at => webFiles(at),
  purge: purgeCache,
  logs: at => [logFile(at, 'access'), logFile(at, 'error')],
  evidence: webEvidence,
};

/** The same program plays several parts: what it does follows from the configuration. */
export const forEachWebPart = (engine: PartEngine): Record<WebPart, PartEngine> =>
  Object.fromEntries(webParts.map(part => [part, { ...engine, part }])) as Record<WebPart, PartEngine>;
