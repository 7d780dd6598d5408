import { readSync } from 'node:fs';

/**
 * Throws away what no host has read. By reading, because tcflush(3) as Node can reach it would also
 * throw away what a host is sending.
 */
export function discardUnread(slave: number): void {
  const buffer = Buffer.allocUnsafe(4096);
  while (readNow(slave, buffer) > 0);
}

/**
 * Number of bytes that a terminal's descriptor has at this moment, read into `buffer`. 0 means that all
 * that was written at the other end before the call has been read: Linux moves bytes from end to end
 * in the background, but a read that finds none waits for that first (n_tty_read).
 */
export function readNow(fd: number, buffer: Uint8Array): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
