import { ACK_BYTE, NACK_BYTE, OPCODES } from '../interfaces/usart/host.ts';
import type { Part } from '../part/part.ts';
import type { Area } from '../run/script.ts';
import type { Asked } from '../interfaces/asked.ts';
import { Command, USART_DIALECT } from '../interfaces/packets.ts';
import { joined } from '../boards/script-reach.ts';

/** The most that bytes can have asked of a device, read in every way in which they can be read. */
export interface Explanation {
  /** Memory that they may have changed. */
  readonly areas: readonly Area[];
  /** They may have changed how the device starts, so that it need not come back after a reset. */
  readonly protection: boolean;
  /** They may have asked for data: else every answer is an ACK or a NACK. */
  readonly data: boolean;
}

const EVERYWHERE: Area = { start: 0, end: 2 ** 32 };

const DATA = codes(
  'get',
  'get-version',
  'get-id',
  'read-memory',
  'get-checksum',
  'special',
  'extended-special',
);
const PROTECTION = codes(
  ...(['write-protect', 'write-unprotect', 'readout-protect', 'readout-unprotect'] as const),
  ...(['special', 'extended-special'] as const),
);

/** What bytes sent one after the other can have asked for. */
export function explanationOf(sent: readonly number[], part: Part): Explanation {
  const { options } = part.device;
  const written: { start: number; end: number }[] = [];
  const erased = new Set<number>();
  let [protection, data, all] = [false, false, false];
  const asked: Asked = {
    command: (opcode) => {
      data ||= DATA.has(opcode);
      protection ||= PROTECTION.has(opcode);
    },
    write: (start) => {
      written.push({ start, end: start + 1 });
      protection ||=
        options?.areas.some((area) => start >= area.start && start < area.start + area.length) ===
        true;
    },
    erase: (pages) => {
      if (pages === 'all') all = true;
      else for (const page of pages) erased.add(page);
    },
    go() {},
    special() {},
  };
  // no answer is known, so that each two bytes may be the beginning of a command
  let underWay: readonly Command[] = [];
  for (const [at, byte] of sent.entries()) {
    for (const each of underWay) each.take(byte);
    underWay = underWay.filter(({ done }) => !done);
    const opcode = sent[at - 1];
    if (opcode === undefined || (opcode ^ byte) !== 0xff) continue;
    asked.command(opcode);
    underWay = [...underWay, new Command(opcode, asked, USART_DIALECT)];
  }
  const pages = part.pages.filter(({ number }) => erased.has(number));
  // a unit of flash is written as a whole, be it that a block ends within it
  const unit = part.device.flash.programUnit;
  const units = written.map(({ start }) => ({
    start: start - (start % unit),
    end: start - (start % unit) + unit,
  }));
  return {
    areas: all || protection ? [EVERYWHERE] : [...joined([...units, ...pages])],
    protection,
    data,
  };
}

/** Whether an answer to bytes that asked for no data is one. */
export function isPlain(answer: readonly number[]): boolean {
  return answer.every((byte) => byte === ACK_BYTE || byte === NACK_BYTE);
}

function codes(...names: readonly (keyof typeof OPCODES)[]): ReadonlySet<number> {
  return new Set(names.map((name) => OPCODES[name]));
}
