/** Global transaction ids as MariaDB writes them: `domain-server-sequence`. Everything here is in domain 0. */

export interface Gtid {
  server: number;
  /** Counts the transactions of the whole domain, whoever made them. */
  sequence: number;
}

export const writeGtid = ({ server, sequence }: Gtid): string => `0-${server}-${sequence}`;

/** Of a position, which is empty before the first transaction. */
export const readGtid = (text: string): Gtid | undefined => {
  const [, server, sequence] = /^0-(\d+)-(\d+)$/.exec(text) ?? [];
  return server === undefined ? undefined : { server: Number(server), sequence: Number(sequence) };
};

export const sequenceOf = (position: string): number => readGtid(position)?.sequence ?? 0;
