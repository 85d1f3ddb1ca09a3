import { Option } from 'commander';
import { defaultNetwork, networkChoices } from '../stack/network/network-choice.ts';

/** `--network`, for the commands that keep a stack up while somebody looks at it. */
export const networkOption = (): Option =>
  new Option(
    '--network <network>',
    'private internet (Linux): when it is asked for (auto), never (loopback), or at the start (private)',
  )
    .choices([...networkChoices])
    .default(defaultNetwork);
