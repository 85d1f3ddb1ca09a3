import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Course } from '../course/model.ts';
import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { openProgress } from './screens.ts';
import { version } from './version.ts';

export const registerCertificate: Register = (command, outcome) => {
  command
    .command('certificate')
    .description('what you have passed, and what shows it, as text')
    .option('--name <name>', 'the name that shall stand on it')
    .option('--output <file>', 'write it there instead of printing it')
    .action(async ({ name, output }: { name?: string; output?: string }) => {
      const [course, store, { summarise }, { certificate }, { clean }] = await Promise.all([
        chosenCourse(),
        openProgress(),
        import('../progress/summary.ts'),
        import('../progress/certificate.ts'),
        import('../plain/line.ts'),
      ]);
      for (const notice of store.notices) process.stderr.write(`${notice}\n`);
      const lines = certificate(summarise(course, store.progress()), {
        name: name === undefined ? undefined : clean(name),
        at: Date.now(),
        program: `web-stack-tutor ${version()}`,
        course: `${course.id}, content ${await contentOf(course)}`,
      });
      const text = lines.map(line => `${clean(line)}\n`).join('');
      if (output === undefined) process.stdout.write(text);
      else await writeFile(output, text);
      outcome.code = exitCodes.done;
    });
};

/** A course has no version of its own; this changes with every letter of it. */
const contentOf = async ({ dir, lessons, quizzes }: Course): Promise<string> => {
  const hash = createHash('sha256');
  for (const { file } of [...lessons, ...quizzes]) hash.update(await readFile(join(dir, file)));
  return hash.digest('hex').slice(0, 12);
};
