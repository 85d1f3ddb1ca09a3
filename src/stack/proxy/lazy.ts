import type { Endpoint } from '../address-book.ts';
import { StackError } from '../stack.ts';
import type { ForwardProxy, ProxyDeps } from './proxy.ts';

/** The stack's proxy, which is there when somebody has asked for it. */
export interface LazyProxy {
  /** Where it listens, once it is open. */
  readonly here: Endpoint | undefined;
  /** Opens it at the first call. Throws StackError when it cannot be. */
  open(): Promise<Endpoint>;
  forget(): void;
  /** For good. */
  close(): Promise<void>;
}

export const lazyProxy = (deps: ProxyDeps): LazyProxy => {
  let opening: Promise<ForwardProxy> | undefined;
  let proxy: ForwardProxy | undefined;
  let closed = false;

  const opened = async (): Promise<ForwardProxy> => {
    const { openProxy } = await import('./proxy.ts');
    if (closed) throw new StackError('the stack is down, and its proxy with it');
    return openProxy(deps);
  };

  return {
    get here() {
      return proxy?.here;
    },
    open: async () => {
      opening ??= opened();
      try {
        proxy = await opening;
        return proxy.here;
      } catch (error) {
        opening = undefined;
        if (error instanceof StackError) throw error;
        throw new StackError(`the proxy cannot be opened: ${(error as Error).message}`);
      }
    },
    forget: () => proxy?.forget(),
    close: async () => {
      closed = true;
      const last = await opening?.catch(() => undefined);
      opening = undefined;
      proxy = undefined;
      await last?.close();
    },
  };
};
