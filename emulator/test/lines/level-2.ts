import { expect } from 'vitest';
import type { Device, Interface } from '../../../families/index.ts';
import { Board } from '../../board/board.ts';
import { commandsNamed } from '../../interfaces/framed/commands.ts';
import type { Replace } from '../../interfaces/replace.ts';
import { largest, pinDecides, runnable, USED } from './all-lines.ts';
import { attacker, SPECIAL_CODES } from './level-2-attempts.ts';
import type { ClosedPort } from './level-2-attempts.ts';

/** Option fields of the state that is for good. */
function closing({ options }: Device): Record<string, number> | undefined {
  const { rdp, final } = options!;
  if (final !== undefined) return { [final.field]: final.value };
  return rdp?.level2 === undefined ? undefined : { [rdp.field]: rdp.level2 };
}

/** A port of each protocol that every version speaks. */
export const closedPorts: readonly ClosedPort[] = runnable
  .filter((device) => closing(device) !== undefined)
  .flatMap((device) =>
    device.bootloaders.flatMap(({ version, interfaces }) => {
      const ports = device.interfaces.filter(
        (port) => interfaces.includes(port.name) && isListening(port),
      );
      return ports
        .filter(({ protocol }, at) => ports.findIndex((port) => port.protocol === protocol) === at)
        .map((port) => ({ device, version, port }));
    }),
  );

/** Of some I2C targets the address is not known. */
function isListening(port: Interface): boolean {
  return port.protocol !== 'I2C' || port.address !== undefined;
}

/** `STM32F405 V9.1 USB`. */
export function nameOf({ device, version, port }: ClosedPort): string {
  return `${device.id} V${version} ${port.name}`;
}

/** Limitations by which a port, a start or a command is deaf. */
const HEARING = {
  'extra-reset-needed': false,
  'spi1-broken': false,
  'spi-needs-nss-edge': false,
  'usart2-broken': false,
  'usart1-mirrored': false,
  'second-usart1-needs-two-syncs': false,
  'dfu-does-not-enumerate': false,
  'go-first-ack-missing': false,
  'can-write-unprotect-broken': false,
};

/** Commands of AN3155, whose opcodes every bus of bytes shares, that change the protection or what it keeps. */
const CHANGES = [
  'write-memory',
  'write-protect',
  'write-unprotect',
  'readout-protect',
  'readout-unprotect',
] as const;

/** What AN2606 leaves of F74x/F75x at level 2; no bootloader with these alone asks the chip for anything. */
const LIMITED = ['get', 'get-version', 'get-id'] as const;

/**
 * A bootloader that forgets the protection: only the chip is left to keep it. It offers what AN2606 takes
 * away at level 2, and believes in the level that its Special asks for (1) where the protocol has one.
 */
export function forgetful({ port: { protocol } }: ClosedPort): Replace {
  return {
    memory: (memory) => ({
      ...memory,
      level: protocol === 'USB' ? 0 : 1,
      option: (name) => (name === 'TZEN' ? 1 : memory.option(name)),
    }),
    commands: (commands) =>
      (commands.length > LIMITED.length ? commands : commandsNamed([...LIMITED, ...CHANGES])).map(
        (command) => ({ ...command, unprotected: true }),
      ),
  };
}

const TRIGGER = 0x52;

/** A chip that is closed for good, whose application jumps to the bootloader when it receives a byte. */
function closedBoard({ device, version }: ClosedPort, replace?: Replace): Board {
  const flashKiB = largest(device);
  const { start } = device.flash.layouts[flashKiB]![0]!;
  const ram = device.ram[0]!;
  const bytes = new Uint8Array(1024).fill(USED);
  const vector = new DataView(bytes.buffer);
  vector.setUint32(0, ram.start + 1024, true);
  vector.setUint32(4, start + 0x101, true);
  const address = device.systemMemory[0]!.start;
  return new Board(device, flashKiB, {
    bootloader: version,
    boot0: 0,
    quirks: HEARING,
    options: { ...pinDecides(device), ...closing(device) },
    load: [{ address: start, bytes }],
    application: { kind: 'jump', address, trigger: TRIGGER },
    ...(replace === undefined ? {} : { replace }),
  });
}

/** Commands by name, as the trace tells of them. */
interface Commands {
  /** Known to the bootloader on the port that was tried. */
  readonly known: Set<string>;
  /** Refused by the chip, because it is closed for good. */
  readonly refusedByChip: Set<string>;
}

function watchCommands(board: Board): Commands {
  const known = new Set<string>();
  const refusedByChip = new Set<string>();
  let command = '';
  board.trace.listen((event) => {
    if (event.kind === 'command') {
      command = event.name;
      known.add(command);
    }
    const said = event.kind === 'nack' ? event.reason : event.kind === 'note' ? event.text : '';
    if (/is for good|is final|no (?:write|readout) protection/.test(said))
      refusedByChip.add(command);
  });
  return { known, refusedByChip };
}

/** Commands behind which the chip must have been asked: all that change the protection, or those that level 2 leaves. */
function askedBy({ known }: Commands, closed: ClosedPort, forgets: boolean): string[] {
  const { specials = [] } = closed.device.bootloaders.find(
    ({ version }) => version === closed.version,
  )!;
  const modelled = SPECIAL_CODES.some((code) => specials.includes(code));
  const changes = forgets ? /write|protect/ : /readout-unprotect|read-unprotect/;
  return [...known].filter(
    (name) => changes.test(name) || (forgets && modelled && name === 'special'),
  );
}

/** What every bootloader offers that forgets the protection. */
function least({ port: { protocol } }: ClosedPort): string[] {
  return protocol === 'USB' ? ['write', 'read-unprotect'] : ['write-memory', 'write-protect'];
}

/** Tries everything on a bootloader that the application has jumped to; nothing may open the chip. */
export function expectClosedForGood(closed: ClosedPort, replace?: Replace): void {
  const board = closedBoard(closed, replace);
  const { select, attempts } = attacker(board, closed);
  const trigger = board.usart(board.usarts.includes('USART1') ? 'USART1' : undefined);
  const { flash, options } = board.chip;
  const image = flash.cells.read(0, flash.cells.length);
  const { level } = board.chip;
  /** The bootloader keeps the protection: it erases nothing either. */
  const keeps = replace === undefined && level === 2;
  const commands = watchCommands(board);
  const enter = (): void => {
    if (!keeps) flash.cells.set(0, image); // the application may be erased
    board.power(false);
    board.power(true);
    board.run();
    trigger.receive(Uint8Array.of(TRIGGER));
    board.run();
    expect(board.state).toBe('bootloader');
    expect(select(), 'the port answers').toBe(true);
  };
  const stored = (): string[] =>
    options!.areas.map((area) => Buffer.from(area.read(0, area.length)).toString('hex'));
  const before = stored();
  let waits = false;
  for (const attempt of attempts) {
    if (!waits) enter();
    waits = attempt();
    board.run();
    expect(stored()).toEqual(before);
  }
  if (keeps) {
    expect(Buffer.compare(flash.cells.read(0, image.length), image)).toBe(0);
  }
  enter();
  expect(board.chip.level).toBe(level);
  const asked = askedBy(commands, closed, replace !== undefined);
  expect([...commands.refusedByChip]).toEqual(expect.arrayContaining(asked));
  if (replace !== undefined) expect(asked).toEqual(expect.arrayContaining(least(closed)));
}
