import type { Device } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import type { BoardOptions } from '../../board/board-options.ts';
import { EmulatorError } from '../../errors.ts';
import type { ChosenDevice } from '../../board/device-name.ts';
import type { Identity, KeptChip } from './kept-chip.ts';

type Refuse = (what: string, kept: string) => never;

function refuseIn(folder: string): Refuse {
  return (what, kept) => {
    throw new EmulatorError(
      `${what}, but ${folder} keeps ${kept}: leave it out, or give another --state folder`,
    );
  };
}

/** Refuses a device and options that contradict the chip in `folder`; what is not said is fine. */
export function checkIdentity(
  folder: string,
  identity: Identity,
  { device, flashKiB, sizeGiven }: ChosenDevice,
  { bootloader, uid }: Pick<BoardOptions, 'bootloader' | 'uid'>,
): void {
  const refuse: Refuse = refuseIn(folder);
  if (device.id !== identity.device) refuse(`this is ${device.id}`, `an ${identity.device}`);
  if (sizeGiven && flashKiB !== identity.flashKiB) {
    refuse(`this is ${flashKiB} KiB of flash`, `${identity.flashKiB} KiB`);
  }
  if (bootloader !== undefined && bootloader.replace(/^v/i, '') !== identity.bootloader) {
    refuse(`--bootloader ${bootloader}`, `a chip with bootloader ${identity.bootloader}`);
  }
  if (uid !== undefined && uidText(uid) !== identity.uid) {
    refuse(`--uid ${uidText(uid)}`, `a chip with ${identity.uid ?? 'the default one'}`);
  }
}

/** Refuses options that contradict the content of the memories in `folder`. */
export function checkMemories(
  folder: string,
  { identity, memories }: KeptChip,
  device: Device,
  { rdp, options = {}, load = [] }: Pick<BoardOptions, 'rdp' | 'options' | 'load'>,
): void {
  const refuse: Refuse = refuseIn(folder);
  const { flashKiB, bootloader } = identity;
  const board = new Board(device, flashKiB, { bootloader, memories });
  const level = board.chip.storedLevel;
  if (rdp !== undefined && rdp !== level) refuse(`--rdp ${rdp}`, `a chip at level ${level}`);
  for (const [name, value] of Object.entries(options)) {
    const kept = board.chip.options?.storedField(name);
    if (value !== kept) refuse(`--option ${name}=${value}`, `${name}=${kept ?? 'nothing'}`);
  }
  const image = Buffer.from(board.flashImage().buffer);
  const start = board.chip.flash.units[0]!.address;
  for (const { address, bytes } of load) {
    const at = address - start;
    if (!image.subarray(at, at + bytes.length).equals(bytes)) {
      refuse('--load has other content', 'its own');
    }
  }
}

/** A unique ID in hex. */
export function uidText(uid: Uint8Array): string {
  return Buffer.from(uid).toString('hex');
}
