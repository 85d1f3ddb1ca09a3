/**
 * Whether a text fits a pattern of LIKE, as SHOW wants it. In time proportional to the product of their lengths:
 * after a mismatch only the last `%` has to take one character more.
 */
export const isLike = (text: string, pattern: string): boolean => {
  const [characters, signs] = [[...text.toLowerCase()], signsOf(pattern)];
  let at = 0;
  let sign = 0;
  let retry: { at: number; sign: number } | undefined;
  while (at < characters.length) {
    const wanted = signs[sign];
    if (wanted === many) {
      retry = { at, sign };
      sign++;
    } else if (wanted === one || wanted === characters[at]) {
      at++;
      sign++;
    } else if (retry) {
      at = ++retry.at;
      sign = retry.sign + 1;
    } else return false;
  }
  return signs.slice(sign).every(rest => rest === many);
};

const one = Symbol('_');
const many = Symbol('%');

const signsOf = (pattern: string): (string | symbol)[] =>
  [...pattern.toLowerCase().matchAll(/\\(.)|(.)/gsu)].map(([, escaped, plain]) => {
    if (plain === '%') return many;
    return plain === '_' ? one : (escaped ?? plain ?? '');
  });
