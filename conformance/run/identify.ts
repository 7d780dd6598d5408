import { protocolOf } from '../interfaces/index.ts';
import type { Target } from './target.ts';

/** Learns of a device what only it can tell; returns whether it answers at all. */
export function identify(target: Target): Promise<boolean> {
  return protocolOf(target.part).identify(target);
}
