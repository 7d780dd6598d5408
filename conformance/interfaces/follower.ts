/** Follows what is sent to a device and what it answers, and tells what that asks of it. */
export interface Follower {
  /** One burst. */
  sent(bytes: Uint8Array): void;
  heard(byte: number): void;
  /** The device is known to wait for a command. */
  found(): void;
  /** The device was reset. */
  restarted(): void;
}
