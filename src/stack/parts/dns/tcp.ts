import type { Socket } from 'node:net';

const idleMs = 10_000;
/** Answers that the client does not fetch; beyond that it is cut off. */
const waitingBytes = 1 << 20;

/**
 * DNS over one TCP connection (RFC 7766): each message has its length in two bytes before it; several may
 * come in one piece or one in several, and all are answered in order. An answer is one message or several; whoever
 * gets none is cut off.
 */
export const serveStream = (
  socket: Socket,
  respond: (query: Buffer, transport: 'tcp', client: string) => readonly Buffer[],
): void => {
  const client = `${socket.remoteAddress}#${socket.remotePort}`;
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      const answers = respond(rest.subarray(2, end), 'tcp', client);
      rest = rest.subarray(end);
      if (answers.length === 0 || socket.writableLength > waitingBytes) return void socket.destroy();
      for (const answer of answers) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      }
    }
  });
};
