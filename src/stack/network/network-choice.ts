/** `auto` makes the private internet when somebody asks for it, `private` at the start, `loopback` never. */
export const networkChoices = ['auto', 'loopback', 'private'] as const;
export type NetworkChoice = (typeof networkChoices)[number];
export const defaultNetwork: NetworkChoice = 'auto';
