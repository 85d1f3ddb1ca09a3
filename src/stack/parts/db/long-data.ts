/** Parameters of one prepared statement that come ahead, piece by piece, in COM_STMT_SEND_LONG_DATA. */
export interface LongData {
  /** Whether more came than is kept; MySQL says so when the statement is executed. */
  readonly tooLong: boolean;
  add(param: number, bytes: Buffer): void;
  get(param: number): Buffer | undefined;
  clear(): void;
}

/** Bytes that one connection's statements may still keep, all together. */
export interface Allowance {
  left: number;
}

export const createLongData = (allowance: Allowance): LongData => {
  const pieces = new Map<number, Buffer[]>();
  let kept = 0;
  let tooLong = false;
  return {
    get tooLong() {
      return tooLong;
    },
    add: (param, bytes) => {
      tooLong ||= bytes.length > allowance.left;
      if (tooLong) return;
      allowance.left -= bytes.length;
      kept += bytes.length;
      const known = pieces.get(param);
      // A copy, as the packet is a view on much more.
      if (known) known.push(Buffer.from(bytes));
      else pieces.set(param, [Buffer.from(bytes)]);
    },
    get: param => {
      const known = pieces.get(param);
      return known && Buffer.concat(known);
    },
    clear: () => {
      pieces.clear();
      allowance.left += kept;
      kept = 0;
      tooLong = false;
    },
  };
};
