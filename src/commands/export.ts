import { registerCertificate } from './certificate.ts';
import type { Register } from './exit.ts';
import { registerGift } from './export/gift.ts';

/** What leaves the tutor; each kind adds its own subcommand. */
export const registerExport: Register = (program, outcome) => {
  const command = program
    .command('export')
    .description('print what you have passed, or a quiz for elsewhere');
  for (const register of [registerCertificate, registerGift]) register(command, outcome);
};
