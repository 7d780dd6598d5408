import { ConformanceError } from '../../errors.ts';
import { peerPackage } from '../../boards/lines/peer-package.ts';

/** A frame as the npm package `socketcan` has it; it does not tell CAN FD from classic CAN in what it receives. */
export interface CanMessage {
  readonly id: number;
  readonly ext?: boolean;
  readonly rtr?: boolean;
  readonly err?: boolean;
  readonly data: Buffer;
}

/** What is used of a raw socket of the npm package `socketcan`, version 4. */
export interface CanSocket {
  addListener(event: 'onMessage', heard: (message: CanMessage) => void): unknown;
  addListener(event: 'onStopped', stopped: () => void): unknown;
  start(): unknown;
  stop(): unknown;
  /** Bytes that were taken; below 0 it was refused. */
  send(message: CanMessage): number;
  sendFD(message: CanMessage & { readonly fd_brs: boolean }): number;
}

interface CanPackage {
  createRawChannelWithOptions(
    name: string,
    options: { readonly non_block_send: boolean },
  ): CanSocket;
}

/** Raw sockets on a CAN interface. @throws ConformanceError where the package or the interface is missing */
export function openCanSockets(name: string, count: number): readonly CanSocket[] {
  const can = peerPackage<CanPackage>('socketcan', '4.3.1', 'can');
  try {
    return Array.from({ length: count }, () =>
      can.createRawChannelWithOptions(name, { non_block_send: true }),
    );
  } catch (cause) {
    throw new ConformanceError(
      `${name} cannot be opened: is it up? ip link set ${name} up type can bitrate 125000`,
      { exitCode: 3, cause },
    );
  }
}
