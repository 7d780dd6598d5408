import { identify } from '../../run/identify.ts';
import type { Part } from '../../part/part.ts';
import type { Channel, SetUp } from '../../run/target.ts';
import { BoardLine } from '../board-line.ts';
import { BoardTarget } from '../board.ts';
import { EmulatedTarget } from '../../targets/emulated.ts';

/** A chip with a firmware, at readout protection level 1 whatever it is asked to be. */
export class ProtectedChip extends EmulatedTarget {
  override boot(setUp: SetUp): Promise<Channel> {
    const firmware = { address: this.part.pages[0]!.start, bytes: new Uint8Array(64).fill(0xa5) };
    return super.boot({ flash: [firmware], ...setUp, rdp: 1 });
  }
}

/** A board with such a chip, as `conform` examines one of which nothing was saved. */
export async function protectedBoard(
  part: Part,
): Promise<{ chip: ProtectedChip; board: BoardTarget }> {
  const chip = new ProtectedChip(part);
  await identify(chip);
  let channel = await chip.boot({});
  const line = {
    send: (bytes: Uint8Array) => channel.send(bytes),
    next: (withinMs: number) => channel.next(withinMs),
    async clear() {},
    async close() {},
  };
  const wired = new BoardLine(line, {
    async enterBootloader() {
      channel = await chip.restart();
    },
    async leave() {},
  });
  const spec = {
    part: { device: part.name, interface: part.interface },
    allow: 'nothing',
  } as const;
  const board = new BoardTarget(
    { ...spec, kind: 'serial', path: 'in memory', reset: { by: 'person' } },
    chip.part,
    wired,
  );
  await board.findProtection();
  return { chip, board };
}
