import type { Device } from '../../families/index.ts';
import { Board, type BoardOptions } from '../board.ts';
import { EmulatorError } from '../errors.ts';
import type { ChosenDevice } from '../device-name.ts';
import type { Identity, KeptChip } from './state.ts';

/** Options of a board that a state folder has its own answer to. */
type Asked = Pick<BoardOptions, 'bootloader' | 'uid' | 'rdp' | 'options' | 'load'>;

/** Refuses options that contradict the chip in `folder`; what agrees with it, or is not said, is fine. */
export function checkAgainstKept(
  folder: string,
  { identity, memories }: KeptChip,
  { device, flashKiB, sizeGiven }: ChosenDevice,
  asked: Asked,
): void {
  const refuse = (what: string, kept: string): never => {
    throw new EmulatorError(
      `${what}, but ${folder} keeps ${kept}: leave it out, or give another --state folder`,
    );
  };
  if (device.id !== identity.device) refuse(`this is ${device.id}`, `an ${identity.device}`);
  if (sizeGiven && flashKiB !== identity.flashKiB) {
    refuse(`this is ${flashKiB} KiB of flash`, `${identity.flashKiB} KiB`);
  }
  const { bootloader, uid } = asked;
  if (bootloader !== undefined && bootloader.replace(/^v/i, '') !== identity.bootloader) {
    refuse(`--bootloader ${bootloader}`, `a chip with bootloader ${identity.bootloader}`);
  }
  if (uid !== undefined && uidText(uid) !== identity.uid) {
    refuse(`--uid ${uidText(uid)}`, `a chip with ${identity.uid ?? 'the default one'}`);
  }
  checkMemories(device, identity, memories, asked, refuse);
}

function checkMemories(
  device: Device,
  { flashKiB, bootloader }: Identity,
  memories: KeptChip['memories'],
  { rdp, options = {}, load = [] }: Asked,
  refuse: (what: string, kept: string) => never,
): void {
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
