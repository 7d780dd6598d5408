import { ConformanceError } from '../errors.ts';
import { hex8 } from '../hex.ts';
import { partOf, sizesOf } from '../part/part.ts';
import type { Part } from '../part/part.ts';
import { protocolOf } from '../interfaces/index.ts';
import { LoaderRefused } from '../interfaces/loader.ts';
import type { Loader } from '../interfaces/loader.ts';

/** A half-word of flash that was never programmed. */
const BLANK = 0xffff;

/**
 * Finds out whether a chip has more flash than the part that it is called: what lies behind that would not
 * be saved, and a mass erase takes it too. `connect` resets it into its bootloader.
 * @throws ConformanceError for a chip that is larger than it is called
 */
export async function refuseLarger(connect: () => Promise<Loader>, part: Part): Promise<void> {
  if (protocolOf(part).moves.lacks(part, 'read') !== undefined) return;
  const told = await unlessRefused(async () => toldSize(await connect(), part));
  if (told !== undefined && told > part.flashKiB) {
    throw larger(part, `the board says that it has ${told} KiB of flash`);
  }
  // many a chip that is sold as the smaller one is the larger one, and says what it was sold as
  const behind = firstBehind(part);
  if (behind === undefined) return;
  const more = await unlessRefused(async () => (await connect()).read(behind, 4));
  if (more === undefined) return;
  throw larger(part, `the board has flash at ${hex8(behind)}`);
}

function larger({ name, flashKiB }: Part, what: string): ConformanceError {
  return new ConformanceError(
    `${what}, more than the ${flashKiB} KiB of ${name}: name its part with --device, its size with --flash-size`,
    { exitCode: 3 },
  );
}

/** What the flash size register says in KiB; undefined where it says nothing that can be understood. */
async function toldSize(loader: Loader, { device }: Part): Promise<number | undefined> {
  const register = device.flashSizeRegister;
  if (register === undefined) return undefined;
  const { address, codes, says } = register;
  // some ROMs refuse short reads there: a block of 256 bytes around it is read
  const row = await loader.read(address - (address % 256), 256);
  const told = new DataView(row.buffer, row.byteOffset).getUint16(address % 256, true);
  // by a code or a wrong mark several sizes may be meant: the smallest is sure
  const meant = sizesOf(device).find((size) => (says?.[size] ?? codes?.[size] ?? size) === told);
  if (meant !== undefined) return meant;
  return codes !== undefined || told === BLANK ? undefined : told;
}

/** The first address of flash that larger chips of the line have and this part has not. */
function firstBehind(part: Part): number | undefined {
  const { device, flashKiB, interface: over, bootloader } = part;
  const size = sizesOf(device).find((each) => each > flashKiB);
  if (size === undefined) return undefined;
  const { pages } = partOf(device, {
    flashKiB: size,
    interface: over,
    version: bootloader.version,
  });
  return pages.find(({ start }) => !part.mapped.some((at) => start >= at.start && start < at.end))
    ?.start;
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LoaderRefused) return undefined;
    throw error;
  }
}
