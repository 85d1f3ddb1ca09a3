/** The head of an upstream's answer. */
export interface Head {
  status: number;
  reason: string;
  /** Names and values in turn, as they came. */
  raw: string[];
  contentType: string | undefined;
  etag: string | undefined;
  /** What `Content-Length` says. */
  length: number | undefined;
  chunked: boolean;
  /** Whether the connection ends with this answer. */
  close: boolean;
  /** `X-Accel-Buffering` overrules `proxy_buffering`. */
  accelBuffering: boolean | undefined;
}

const statusLine = /^HTTP\/1\.(\d) +(\d{3})(?: (.*))?$/;
/** RFC 9110, section 5.6.2. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** What no part of a head may hold; line ends are gone by then. */
const forbidden = /[\x00-\x08\x0a-\x1f\x7f]/;

/**
 * Reads status line and headers, without the empty line behind them; a text is what nginx would say is wrong.
 * Two lengths that could be understood in two ways are refused, as in nginx.
 */
export const parseHead = (text: string): Head | string => {
  const lines = text.split(/\r?\n/);
  const [, minor, status, reason = ''] = statusLine.exec(lines[0] ?? '') ?? [];
  if (status === undefined || forbidden.test(reason)) return 'upstream sent no valid HTTP/1.0 header';
  const head: Head = {
    status: Number(status),
    reason,
    raw: [],
    contentType: undefined,
    etag: undefined,
    length: undefined,
    chunked: false,
    close: minor === '0',
    accelBuffering: undefined,
  };
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon <= 0 || !token.test(name) || forbidden.test(line)) {
      return `upstream sent invalid header: "${line.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)}"`;
    }
    const value = line.slice(colon + 1).trim();
    head.raw.push(name, value);
    const wrong = note(head, name.toLowerCase(), value);
    if (wrong) return wrong;
  }
  if (head.chunked && head.length !== undefined) {
    return 'upstream sent "Content-Length" and "Transfer-Encoding" headers at the same time';
  }
  return head;
};

const note = (head: Head, name: string, value: string): string | undefined => {
  switch (name) {
    case 'content-type':
      head.contentType ??= value;
      break;
    case 'etag':
      head.etag ??= value;
      break;
    case 'connection':
      if (/\bclose\b/i.test(value)) head.close = true;
      else if (/\bkeep-alive\b/i.test(value)) head.close = false;
      break;
    case 'x-accel-buffering':
      if (/^(yes|no)$/i.test(value)) head.accelBuffering = value.toLowerCase() === 'yes';
      break;
    case 'content-length':
      if (head.length !== undefined) return `upstream sent duplicate header line: "Content-Length: ${value}"`;
      if (!/^\d{1,15}$/.test(value)) return `upstream sent invalid "Content-Length" header: "${value}"`;
      head.length = Number(value);
      break;
    case 'transfer-encoding':
      if (head.chunked || value.toLowerCase() !== 'chunked') {
        return `upstream sent unknown "Transfer-Encoding": "${value}"`;
      }
      head.chunked = true;
  }
  return undefined;
};

/** Where a head ends and the body begins; undefined when it goes on. */
export const headEnd = (text: string): { end: number; body: number } | undefined => {
  const end = text.indexOf('\r\n\r\n');
  if (end >= 0) return { end, body: end + 4 };
  const bare = /\n\r?\n/.exec(text);
  return bare ? { end: bare.index, body: bare.index + bare[0].length } : undefined;
};
