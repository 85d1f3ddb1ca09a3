type Values = Readonly<Record<string, number>>;

/** An expression over numbers and names with `+ - * / ( )`; it can do nothing but arithmetic. */
export interface Formula {
  names: ReadonlySet<string>;
  evaluate(values: Values): number;
}

type Term = (values: Values) => number;

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|([-+*/()]))/y;

const tokenise = (text: string): string[] | { problem: string } => {
  const tokens: string[] = [];
  const source = text.trim();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(source);
    if (!match)
      return {
        problem: `"${source.slice(at).trim()[0]}" is not allowed, expected numbers, names, + - * / ( )`,
      };
    tokens.push(match[0].trim());
  }
  return tokens;
};

class FormulaError extends Error {}

// More than any lesson needs, and few enough that hostile nesting cannot exhaust the call stack.
const deepest = 100;

/** Recursive descent: sum = product {+|- product}, product = factor {*|/ factor}, factor = number | name | -factor | (sum). */
export const parseFormula = (text: string): Formula | { problem: string } => {
  const tokens = tokenise(text);
  if ('problem' in tokens) return tokens;
  const names = new Set<string>();
  let at = 0;
  let depth = 0;

  const factor = (): Term => {
    const token = tokens[at++];
    if (token === undefined)
      throw new FormulaError('the formula ends too early, expected a number or a name');
    if (/^\d/.test(token)) {
      const value = Number(token);
      return () => value;
    }
    if (/^[A-Za-z]/.test(token)) {
      names.add(token);
      return values => (Object.hasOwn(values, token) ? (values[token] as number) : Number.NaN);
    }
    if (++depth > deepest)
      throw new FormulaError(`the formula is nested too deeply, expected at most ${deepest} levels`);
    if (token === '-') {
      const operand = factor();
      depth--;
      return values => -operand(values);
    }
    if (token !== '(') throw new FormulaError(`"${token}" stands where a number or a name is expected`);
    const inner = sum();
    if (tokens[at++] !== ')') throw new FormulaError('a ")" is missing');
    depth--;
    return inner;
  };

  const product = (): Term => {
    let left = factor();
    while (tokens[at] === '*' || tokens[at] === '/') {
      const [times, before] = [tokens[at++] === '*', left];
      const right = factor();
      left = times ? values => before(values) * right(values) : values => before(values) / right(values);
    }
    return left;
  };

  const sum = (): Term => {
    let left = product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const [plus, before] = [tokens[at++] === '+', left];
      const right = product();
      left = plus ? values => before(values) + right(values) : values => before(values) - right(values);
    }
    return left;
  };

  try {
    const evaluate = sum();
    if (at < tokens.length) return { problem: `"${tokens[at]}" stands where an operator is expected` };
    return { names, evaluate };
  } catch (error) {
    if (error instanceof FormulaError) return { problem: error.message };
    throw error;
  }
};

/** The formula's value; a formula of a parsed question is known to be right. Throws when it is not one. */
export const evaluate = (formula: string, values: Values): number => {
  const parsed = parseFormula(formula);
  if ('problem' in parsed) throw new Error(`${formula}: ${parsed.problem}`);
  return parsed.evaluate(values);
};
