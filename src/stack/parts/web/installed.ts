import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StackError } from '../../stack.ts';
import type { PartEngine, Placement } from '../part.ts';
import { findProgram, isAtLeast, programPlaces, type Search, versionOf } from '../programs.ts';
import { webFiles } from './conf-files/files.ts';
import { embeddedWeb } from './embedded.ts';
import { prepareWeb } from './prepare.ts';
import { workersReplaced } from './reload.ts';

/** The first with the option -e, without which nginx complains about the log of the machine's own nginx. */
const leastVersion = '1.19.5';

// The words of the system's errors stand in nginx's messages.
const env = { LC_ALL: 'C' };

/** Nginx as it is installed on this machine, with everything it writes inside the part's folder. */
export const findNginx = async (places = programPlaces()): Promise<Search> => {
  const file = findProgram(['nginx'], places);
  if (!file) return { reason: 'nginx is not installed' };
  const version = await versionOf(file, '-v', /nginx\/(\d+\.\d+\.\d+)/);
  if (!version) return { reason: `${file} does not tell its version` };
  if (!isAtLeast(version, leastVersion))
    return { reason: `${file} is nginx ${version}, and ${leastVersion} or newer is needed` };
  return { engine: nginx(file, version), file };
};

const nginx = (file: string, version: string): PartEngine => ({
  ...embeddedWeb,
  engine: 'installed',
  label: `Nginx ${version}`,
  generated: at => webFiles(at, account()),
  prepare: async at => {
    await prepareWeb(at, account());
    // What a killed nginx has left.
    await rm(join(at.dir, 'logs/nginx.pid'), { force: true });
    await testConfiguration(file, at);
  },
  launch: at => ({
    file,
    args: [...placeArgs(at), '-g', 'daemon off;'],
    env,
    // The master takes its workers along; killed by SIGKILL it would leave them behind, and they go on answering.
    deathSignal: 'SIGTERM',
  }),
  complaint,
  reload: workersReplaced,
});

/** Started by root, the workers would become another user, who may not look into the run directory. */
const account = () => (process.getuid?.() === 0 ? { user: 'root' } : {});

const placeArgs = (at: Placement): string[] => [
  '-p',
  `${at.dir}/`,
  '-c',
  'conf/nginx.conf',
  '-e',
  'logs/error.log',
];

const testConfiguration = (file: string, at: Placement): Promise<void> =>
  new Promise((resolve, reject) => {
    const options = { timeout: 10_000, env: { ...process.env, ...env } };
    execFile(file, [...placeArgs(at), '-t'], options, (error, stdout, stderr) => {
      if (!error) return resolve();
      reject(new StackError(complaint(`${stdout}${stderr}`) ?? error.message));
    });
  });

/** The first line that says why nginx gives up. */
const complaint = (output: string): string | undefined =>
  output.split('\n').find(line => line.includes('[emerg]'));
