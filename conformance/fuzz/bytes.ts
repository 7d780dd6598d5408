import * as fc from 'fast-check';
import { OPCODES, SYNC, be16, be32, complement, packet } from '../interfaces/usart/host.ts';
import type { Part } from '../part/part.ts';
import { bytes } from '../scenarios/kit/inputs.ts';
import type { ByteSession } from './session.ts';

/** Bursts of bytes such as a broken host, or noise, might send: what a bootloader understands, in no order. */
export function byteSessions(part: Part, length = 24): fc.Arbitrary<ByteSession> {
  return fc
    .array(
      fc.oneof({ weight: 1, arbitrary: sensible(part) }, { weight: 2, arbitrary: piece(part) }),
      {
        minLength: 1,
        maxLength: length,
      },
    )
    .map((parts) => ({ bursts: [[SYNC], ...parts.flat()] }));
}

/** One burst. */
function piece(part: Part): fc.Arbitrary<number[][]> {
  const opcode = fc.constantFrom(...Object.values(OPCODES));
  const size = fc.nat(8);
  return fc
    .oneof(
      bytes(1, 12),
      fc.constantFrom(SYNC, 0x00, 0xff, 0x79, 0x1f).map((byte) => [byte]),
      opcode.map((code) => [code, complement(code)]),
      opcode.map((code) => [code]),
      addresses(part).map((address) => packet(be32(address))),
      bytes(1, 40).map((data) => packet([data.length - 1, ...data])),
      fc
        .array(size, { minLength: 1, maxLength: 3 })
        .map((pages) => packet([pages.length - 1, ...pages])),
      fc.constantFrom(0xffff, 0xfffe, 0xfffd, 0xfff0).map((code) => packet(be16(code))),
      fc.nat(0xff).map((count) => [count, complement(count)]),
    )
    .map((burst) => [burst]);
}

/** A command that may go through, so that what follows it is heard in other states than the first. */
function sensible(part: Part): fc.Arbitrary<number[][]> {
  const opens = (name: keyof typeof OPCODES): number[] => [
    OPCODES[name],
    complement(OPCODES[name]),
  ];
  return fc
    .tuple(fc.constantFrom('read-memory', 'write-memory', 'get-checksum'), addresses(part))
    .map(([name, address]) => [opens(name), packet(be32(address))]);
}

function addresses(part: Part): fc.Arbitrary<number> {
  const pages = part.pages.slice(0, 4);
  const near = [...pages.map(({ start }) => start), part.pages.at(-1)!.end - 4];
  const ram = part.ram === undefined ? [] : [part.ram.start, part.ram.end - 4];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...near, ...ram) },
    { weight: 1, arbitrary: fc.nat(0xffff).map((at) => at * 0x1_0000) },
  );
}
