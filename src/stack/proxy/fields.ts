/** A message's header fields as Node gives and takes them: name, value, name, value, ... in their order. */
export type RawFields = readonly string[];

// Each is about one connection only, and the next one is ours (RFC 9110, section 7.6.1). Trailer fields are not
// passed on, so nobody is promised any. Content-Length is for whoever frames the message anew.
const ofOneConnection = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The fields that travel on to the other end; `more` are the names of others that do not. */
export const endToEnd = (fields: RawFields, ...more: string[]): string[] => {
  const named = valuesOf(fields, 'connection').flatMap(value => value.split(','));
  const dropped = new Set([...more, ...named.map(name => name.trim().toLowerCase())]);
  return pairs(fields).flatMap(([name, value]) =>
    ofOneConnection.has(name.toLowerCase()) || dropped.has(name.toLowerCase()) ? [] : [name, value],
  );
};

export const valuesOf = (fields: RawFields, wanted: string): string[] =>
  pairs(fields).flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));

const pairs = (fields: RawFields): [name: string, value: string][] =>
  fields.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
  );

/**
 * How the body of a request is framed when it is passed on: as it came, because its end was found by the same
 * fields. A parser that lets contradicting ones through must never feed this.
 */
export const framingOf = (fields: RawFields, method: string): string[] => {
  if (valuesOf(fields, 'transfer-encoding').length > 0) return ['Transfer-Encoding', 'chunked'];
  const [length] = valuesOf(fields, 'content-length');
  if (length !== undefined) return ['Content-Length', length];
  // Node would announce a body for the others.
  return ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'].includes(method) ? [] : ['Content-Length', '0'];
};
