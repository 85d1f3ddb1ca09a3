import type { Socket } from 'node:net';

/**
 * A relay accepts a connection before it stands at the other end. The lab's own clients want to know: they say this
 * byte first, with which neither HTTP nor TLS begins, and hear it when the connection stands.
 */
export const knockByte = 0x00;

/** Whether the connection stands at the other end; `refused` where the relay broke it off. */
export const knock = (socket: Socket, waitMs: number): Promise<'open' | 'refused' | 'timeout'> =>
  new Promise(resolve => {
    const finish = (result: 'open' | 'refused' | 'timeout'): void => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('error', onEnd).off('close', onEnd);
      resolve(result);
    };
    const onEnd = (): void => finish('refused');
    // One byte only: what follows is for others.
    const onReadable = (): void => {
      if (socket.read(1)) finish('open');
      else if (socket.readableEnded) finish('refused');
    };
    const timer = setTimeout(() => finish('timeout'), waitMs);
    socket.on('readable', onReadable).on('error', onEnd).on('close', onEnd);
    socket.write(Buffer.of(knockByte));
  });
