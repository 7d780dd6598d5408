import { expect, test } from 'vitest';
import { devices, flashSizes } from '../../../families/index.ts';
import type { Device } from '../../../families/index.ts';
import { identify } from '../../run/identify.ts';
import { has, partOf, protectingOptions, scratchPages } from '../../part/part.ts';
import type { Part } from '../../part/part.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';
import { connectLoader } from '../../interfaces/index.ts';
import type { Loader } from '../../interfaces/loader.ts';
import { optionAreas } from '../option-image.ts';
import type { Piece } from '../option-image.ts';
import { giveBack } from './restore.ts';
import { readContent } from './save.ts';

/** Lines whose smallest part has no more than this are examined whole. */
const MOST_KIB = 64;

const small = devices.filter(
  (device) =>
    device.incomplete === undefined &&
    device.bootloaders.at(-1)?.protocols.USART !== undefined &&
    flashSizes(device)[0]! <= MOST_KIB,
);

/** Content of all flash that no other seed gives. */
function fill(part: Part, seed: number): { address: number; bytes: Uint8Array }[] {
  return part.pages.map(({ start, end, number }) => ({
    address: start,
    bytes: Uint8Array.from(
      { length: end - start },
      (_, at) => (at * 7 + (at >> 8) + number * 31 + seed) & 0xff,
    ),
  }));
}

test.each(small.map((device) => [device.id, device] as const))(
  'the content of %s is read, spoilt and given back',
  async (_, device: Device) => {
    const target = new EmulatedTarget(partOf(device, { flashKiB: flashSizes(device)[0]! }));
    expect(await identify(target)).toBe(true);
    const { part } = target;
    const connect = async (): Promise<Loader> => connectLoader(await target.restart(), target);
    const options =
      optionAreas(part).length > 0 && has(part, 'write-unprotect')
        ? protectingOptions(part, scratchPages(part)[0]!)
        : undefined;
    await target.boot({ flash: fill(part, 1), ...(options === undefined ? {} : { options }) });
    const saved = await readContent(connect);
    expect(saved).toBeDefined();
    expect(saved!.flash.map(({ address, bytes }) => target.look(address, bytes.length))).toEqual(
      saved!.flash.map(({ bytes }) => bytes),
    );

    if (options !== undefined) await (await connect()).unprotectWrites();
    const loader = await connect();
    await loader.erase(part.pages);
    const page = part.pages.at(-1)!;
    await loader.program(page.start, fill(part, 2).at(-1)!.bytes);
    const restored = await giveBack(connect, saved!);
    expect(restored.pages).toBe(part.pages.length);
    const now = (pieces: readonly Piece[]): unknown =>
      pieces.map(({ address, bytes }) => ({ address, bytes: target.look(address, bytes.length) }));
    expect(now(saved!.flash)).toEqual(saved!.flash);
    expect(now(saved!.options)).toEqual(saved!.options);

    expect(await giveBack(connect, saved!)).toEqual({ pages: 0, options: false });
  },
);
