import { join } from 'node:path';
import { processEntry } from '../../entries.ts';
import type { PartEngine } from '../part.ts';
import { webEvidence } from './evidence.ts';
import { webFileNames } from './nginx-conf.ts';
import { logFile, prepareWeb } from './prepare.ts';
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
  configuration: at => webFileNames.map(name => join(at.dir, 'conf', name)),
  logs: at => [logFile(at, 'access'), logFile(at, 'error')],
  evidence: webEvidence,
};
