import { readSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** The terminal's own buffer; when it was full, the kernel moves up more behind our back. */
const KERNEL_BUFFER = 4096;
const MOVE_MS = 1;

/**
 * Throws away what no host has read. By reading, because tcflush(3) as Node can reach it would also
 * throw away what a host is sending.
 */
export async function discardUnread(slave: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(KERNEL_BUFFER);
  while (readAll(slave, buffer) >= KERNEL_BUFFER - 1) await wait(MOVE_MS);
}

/** Number of bytes that were there. */
function readAll(slave: number, buffer: Buffer): number {
  for (let total = 0; ;) {
    try {
      total += readSync(slave, buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return total;
      throw error;
    }
  }
}
