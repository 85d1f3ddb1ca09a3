/** What stands between two parentheses, or in the whole expression. */
export interface Level {
  clause: string;
  /** Name of the function whose arguments these are. */
  fn?: string;
  /** First piece of the operand that the parentheses belong to. */
  start: number;
  select: boolean;
  expectsTable: boolean;
  /** A table reference in parentheses: tables follow its commas too. */
  isJoin: boolean;
  expectsDefinition: boolean;
  inWith: boolean;
  isWindow: boolean;
  cases: number;
  /** First token of the select list's current item. */
  item: number | undefined;
  aliased: boolean;
  like: boolean;
  /** INTERVAL waits for its unit; `closes` when the call that it became ends there. */
  interval: { closes: boolean; start: number } | undefined;
  /** Where ORDER BY begins in GROUP_CONCAT. */
  orderAt: number | undefined;
  /** Whether an operand has just ended, and its first piece. */
  operand: boolean;
  operandAt: number;
}

export const level = (clause: string, start: number, more: Partial<Level> = {}): Level => ({
  clause,
  start,
  select: false,
  expectsTable: false,
  isJoin: false,
  expectsDefinition: false,
  inWith: false,
  isWindow: false,
  cases: 0,
  item: undefined,
  aliased: false,
  like: false,
  interval: undefined,
  orderAt: undefined,
  operand: false,
  operandAt: start,
  ...more,
});
