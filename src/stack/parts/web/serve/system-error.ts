import { getSystemErrorMap } from 'node:util';

/** Where libuv's words differ from those of strerror(3), which nginx prints. */
const words: Record<string, string> = {
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENAMETOOLONG: 'File name too long',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
};

/** `111: Connection refused`: number and text of a failed system call. */
export const systemError = (error: unknown): string => {
  const { errno, code, message } = error as Partial<NodeJS.ErrnoException>;
  if (errno === undefined || code === undefined) return String(message ?? error);
  const text = words[code] ?? getSystemErrorMap().get(errno)?.[1] ?? code;
  return `${Math.abs(errno)}: ${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};
