import { opcodes, type CommandName } from '../../../families/index.ts';
import type { Erase } from '../../chip/chip.ts';
import type { ResetCause } from '../../trace/trace.ts';
import type { Operation, Refused } from '../../chip/operation.ts';
import { crc32 } from './crc.ts';
import type { Dialogue } from '../../bootloader/dialogue.ts';
import type { Rom } from '../../bootloader/rom.ts';
import type { Command, Environment } from './command.ts';
import { specials } from './special.ts';
import type { Check } from './wire.ts';

/** AN3155 §3.1: count, protocol version, opcodes in the order of the list. */
function* get({ wire, rom }: Environment, commands: readonly Command[]): Dialogue<void> {
  yield* wire.replyCounted(
    Uint8Array.of(versionOf(rom), ...commands.map((command) => command.opcode)),
  );
  yield* wire.accept();
}

/** AN3155 §3.2. */
function* getVersion({ wire, rom }: Environment): Dialogue<void> {
  const wrong = rom.quirk('get-version-says-2.0'); // AN2606, F105/F107 V1.0 and V2.0
  yield* wire.replyVersion(wrong ? 0x20 : versionOf(rom));
  yield* wire.accept();
}

/** AN3155 §3.3; one byte before protocol 2.1 (version table). */
function* getId({ wire, rom }: Environment): Dialogue<void> {
  const { productId } = rom.device;
  const bytes = rom.since('2.1') ? [productId >> 8, productId & 0xff] : [productId & 0xff];
  yield* wire.replyId(Uint8Array.from(bytes));
  yield* wire.accept();
}

/** AN3155 §3.4. */
function* readMemory({ wire, memory, rom }: Environment): Dialogue<void> {
  const { readRefusedAt } = rom.bootloader;
  const judge: Check = (address, length) => {
    if (length === undefined) {
      const inRow = address % 256 !== 0 && isInfo(memory, address);
      if (inRow && rom.quirk('short-system-reads-refused-at-address')) {
        return { refused: 'no-memory', detail: 'within the block of unique ID and flash size' };
      }
      return readRefusedAt === 'address' ? memory.check('read', address) : undefined;
    }
    if (rom.quirk('short-system-reads-refused') && length < 128 && isInfo(memory, address)) {
      return { refused: 'length', detail: 'a short read of the unique ID and flash size' };
    }
    const refused = memory.check('read', address);
    if (refused !== undefined) return refused;
    const served = wire.readsNothingPastEnd !== true && servedBehind(memory, address, rom);
    return served ? undefined : memory.check('read', address, length);
  };
  const request = yield* wire.readRequest(judge);
  if (request === 'answered') return;
  const { address, length } = request;
  if (memory.unreadable(address, length)) return yield* wire.silence('hung: ECC error in flash');
  const there = present(memory, address, length);
  const read = memory.read(address, there);
  yield* wire.replyMemory(there === length ? read : padded(read, length));
  if (there < length && !isSmall(memory, address)) {
    yield* wire.silence('hung by a read past the end of a memory');
  }
}

/** What lies behind the end of an area reads as FF. */
function padded(read: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(0xff);
  bytes.set(read);
  return bytes;
}

/** AN3155 §3.5: the ACK leaves first; the vector table is not verified. */
function* go({ wire, memory, rom, host }: Environment): Dialogue<void> {
  const judge: Check = (address) => {
    const refused = memory.check('go', address);
    const kind = memory.regionAt(address)?.kind;
    const old = !rom.since('2.1'); // option bytes and system memory are refused since 2.1
    return old && (kind === 'option-bytes' || kind === 'system-memory') ? undefined : refused;
  };
  const request = yield* wire.goRequest(judge);
  if (request === 'answered') return;
  yield* wire.flush();
  if (host.jump(request.address)) yield* wire.silence('left by Go');
}

/** AN3155 §3.6: acknowledged when programmed, whatever the memory made of it. */
function* writeMemory(environment: Environment): Dialogue<void> {
  const { wire, memory, rom } = environment;
  const early = rom.bootloader.writeRefusedAt === 'address' || wire.judgesWritesAtOnce === true;
  const request = yield* wire.writeRequest((address, length) =>
    early ? memory.check('write', address, length) : undefined,
  );
  if (request === 'answered') return;
  const { address, data } = request;
  const operation =
    data.length % 4 !== 0 && rom.quirk('nack-length')
      ? ({ refused: 'length', detail: `${data.length} is not a multiple of 4` } as const)
      : memory.write(address, data);
  if ('refused' in operation) {
    return yield* wire.refuse(operation, { command: 'write-memory', step: 'block' });
  }
  yield* wire.busy(operation);
  yield* wire.accept();
  const options = memory.regionAt(address)?.kind === 'option-bytes';
  const loads = !rom.quirk('option-load-missing');
  if (options && loads) yield* reset(environment, 'option bytes');
  else if (options) {
    const why = 'a limitation of this version';
    environment.host.emit({ kind: 'dropped', what: 'loading of the option bytes', why });
  }
}

/** AN3155 §3.7. */
function* erase({ wire, memory, rom, host }: Environment): Dialogue<void> {
  const request = yield* wire.eraseRequest();
  if (request === 'answered') return;
  const perPage = rom.quirk('can-erase-acknowledges-pages');
  const parts: (Erase | 'nothing')[] =
    perPage && request !== 'nothing' && 'pages' in request
      ? request.pages.map((page) => ({ pages: [page] }))
      : [request];
  for (const part of parts) {
    if (part === 'nothing') {
      const why = 'FF is followed by something else than 00';
      host.emit({ kind: 'dropped', what: 'a global erase', why });
    }
    const operation = part === 'nothing' ? undefined : memory.erase(part);
    if (operation !== undefined && 'refused' in operation) {
      return yield* wire.refuse(operation, { command: 'erase', step: 'operation' });
    }
    if (operation !== undefined) yield* wire.busy(operation);
    if (part !== request) yield* wire.accept();
  }
  yield* wire.accept();
}

/** AN3155 §3.8: one ACK, when all is erased. */
function* extendedErase({ wire, memory, rom }: Environment): Dialogue<void> {
  const request = yield* wire.extendedEraseRequest();
  if (request === 'answered') return;
  const operation = memory.erase(request);
  if ('refused' in operation) {
    return yield* wire.refuse(operation, { command: 'extended-erase', step: 'operation' });
  }
  const early = rom.quirk('bank-2-erase-returns-early') && 'bank' in request && request.bank === 1;
  if (early) {
    yield* wire.accept();
    yield* wire.flush();
  }
  yield* wire.busy(operation);
  if (!early) yield* wire.accept();
}

/** AN3155 §3.9: codes and count are not judged. */
function* writeProtect(environment: Environment): Dialogue<void> {
  const { wire, memory } = environment;
  const request = yield* wire.writeProtectRequest();
  if (request === 'answered') return;
  yield* protectionChange(environment, 'write-protect', memory.writeProtect(request.codes));
}

/** AN3155 §3.10: two ACKs, then a reset. */
function* writeUnprotect(environment: Environment): Dialogue<void> {
  yield* protectionChange(environment, 'write-unprotect', environment.memory.writeUnprotect());
}

function* readoutProtect(environment: Environment): Dialogue<void> {
  yield* protectionChange(environment, 'readout-protect', environment.memory.readoutProtect());
}

/** AN3155 §3.12: accepted at every level, though the chip never leaves level 2; RAM is cleared since protocol 2.2. */
function* readoutUnprotect(environment: Environment): Dialogue<void> {
  const clearRam = environment.rom.since('2.2');
  const operation = environment.memory.readoutUnprotect(clearRam, clearsPcrop(environment.rom));
  yield* protectionChange(environment, 'readout-unprotect', operation);
}

/** Only F42x V9.1 is said to switch PCROP off and only F401 not to: a line with such a limitation is the other way without it. */
export function clearsPcrop(rom: Rom): boolean {
  if (rom.quirk('rdunp-clears-pcrop')) return true;
  const known = rom.device.bootloaders.some(({ quirks }) => quirks.includes('rdunp-clears-pcrop'));
  return !known && !rom.quirk('sprmod-kept');
}

function* protectionChange(
  environment: Environment,
  command: Extract<CommandName, ResetCause>,
  operation: Operation | Refused,
): Dialogue<void> {
  const { wire } = environment;
  if ('refused' in operation) return yield* wire.refuse(operation, { command, step: 'operation' });
  yield* wire.busy(operation);
  yield* wire.accept();
  yield* reset(environment, command);
}

/** AN3155 §3.10 to §3.12: the system reset comes behind the last ACK. */
function* reset({ wire, host, rom }: Environment, cause: ResetCause): Dialogue<void> {
  yield* wire.flush();
  const keepsOptions = rom.quirk('fdcan-options-after-power-on');
  host.systemReset(cause, keepsOptions);
  yield* wire.silence('reset');
}

/** AN3155 §3.13. */
function* getChecksum({ wire, memory, rom }: Environment): Dialogue<void> {
  const request = yield* wire.checksumRequest((address, length) =>
    wire.checksumsMainFlashOnly === true && memory.regionAt(address)?.kind !== 'main-flash'
      ? { refused: 'no-memory', detail: 'main flash only' }
      : memory.check('read', address, length),
  );
  if (request === 'answered') return;
  const { address, words, polynomial, initial } = request;
  const value = crc32(memory.read(address, 4 * words), polynomial, initial);
  // the note can be read as one ACK or two here; no trace of a ROM is public
  if (!checksumInOneAck(rom)) yield* wire.accept();
  yield* wire.replyChecksum(value);
}

/** AN4221 tells of both ACKs over I2C. */
function checksumInOneAck({ quirk }: Rom): boolean {
  return quirk('checksum-single-ack') || quirk('spi-checksum-one-ack-less');
}

/** AN3155 §3.14, §3.15: an ACK for the data, then data and status of the sub-operation, then an ACK. */
function special(command: 'special' | 'extended-special') {
  return function* run(environment: Environment): Dialogue<void> {
    const { wire, rom } = environment;
    const known = specials(rom);
    const request = yield* wire.specialRequest(command, (code) => known.has(code));
    if (request === 'answered') return;
    const answer = known.get(request.code)!(environment, request.data);
    if ('refused' in answer) return yield* wire.refuse(answer, { command, step: 'operation' });
    yield* wire.accept();
    if (answer.operation !== undefined) yield* wire.busy(answer.operation);
    if (command === 'special') yield* wire.reply(Uint8Array.of(0, 0)); // no data
    yield* wire.reply(Uint8Array.of(0, 1, 0x00)); // one status byte
    yield* wire.accept();
    if (answer.reset !== undefined) yield* reset(environment, answer.reset);
  };
}

type Run = Omit<Command, 'name' | 'opcode'>;

/** Every command but Get by its name; the no-stretch forms of AN4221 differ on the wire only. */
const RUN: Readonly<Record<Exclude<CommandName, 'get' | 'speed'>, Run>> = {
  'get-version': { unprotected: true, run: getVersion },
  'get-id': { unprotected: true, run: getId },
  'read-memory': { unprotected: false, run: readMemory },
  go: { unprotected: false, run: go },
  'write-memory': { unprotected: false, run: writeMemory },
  erase: { unprotected: false, run: erase },
  'extended-erase': { unprotected: false, run: extendedErase },
  special: { unprotected: true, run: special('special') },
  'extended-special': { unprotected: true, run: special('extended-special') },
  'write-protect': { unprotected: false, run: writeProtect },
  'write-unprotect': { unprotected: false, run: writeUnprotect },
  'readout-protect': { unprotected: false, run: readoutProtect },
  'readout-unprotect': { unprotected: true, run: readoutUnprotect },
  'get-checksum': { unprotected: false, run: getChecksum },
  'no-stretch-write-memory': { unprotected: false, run: writeMemory },
  'no-stretch-erase': { unprotected: false, run: extendedErase },
  'no-stretch-write-protect': { unprotected: false, run: writeProtect },
  'no-stretch-write-unprotect': { unprotected: false, run: writeUnprotect },
  'no-stretch-readout-protect': { unprotected: false, run: readoutProtect },
  'no-stretch-readout-unprotect': { unprotected: true, run: readoutUnprotect },
  'no-stretch-get-checksum': { unprotected: false, run: getChecksum },
};

/** Commands in the order in which Get lists their names; `speed` is that of the bus that has one. */
export function commandsNamed(names: readonly CommandName[], speed?: Run): readonly Command[] {
  const getCommand: Run = { unprotected: true, run: (environment) => get(environment, commands) };
  const runs = { ...RUN, get: getCommand, speed };
  const commands: Command[] = names.map((name) => {
    const run = runs[name];
    if (run === undefined) throw new Error('unreachable: Speed on a bus that has none');
    return { name, opcode: opcodes[name], ...run };
  });
  return commands;
}

/** The protocol version as nibbles, `3.1` as 0x31. */
function versionOf({ protocol, quirk }: Rom): number {
  if (quirk('fdcan-version-1.1')) return 0x11;
  const [major, minor] = protocol.split('.');
  return Number(major) * 16 + Number(minor);
}

function isInfo(memory: Environment['memory'], address: number): boolean {
  return memory.regionAt(address)?.kind === 'device-info';
}

/** Small areas, among which registers and reserved addresses lie that can be read. */
const SMALL = new Set(['option-bytes', 'otp', 'device-info', 'system-memory']);

function isSmall(memory: Environment['memory'], address: number): boolean {
  return SMALL.has(memory.regionAt(address)?.kind ?? '');
}

/** A Read that starts at the address is judged by it alone, as OpenBootloader does and a G070 was seen to. */
function servedBehind(memory: Environment['memory'], address: number, { quirk }: Rom): boolean {
  const refused = isSmall(memory, address) ? 'reads-past-areas-refused' : 'read-past-end-refused';
  return !quirk(refused);
}

/** How many bytes of a range there are before memory ends. */
function present(memory: Environment['memory'], address: number, length: number): number {
  const end = address + length;
  let at = address;
  while (at < end) {
    const region = memory.regionAt(at);
    if (region === undefined) return at - address;
    at = region.end;
  }
  return length;
}
