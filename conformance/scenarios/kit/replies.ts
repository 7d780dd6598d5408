import { ACK, NACK, SILENCE } from '../../interfaces/usart/host.ts';
import type { Part } from '../../part/part.ts';
import type { Reply, Step } from '../../run/script.ts';

/** Refusals of an address in which nothing may be read or written; `later` is what the host would send next. */
export function addressRefused(
  part: Part,
  refusedAt: 'address' | 'length' | 'block',
  later: readonly Step[],
): readonly Reply[] {
  const replies: Reply[] = [NACK];
  if (refusedAt !== 'address') {
    const says = `this ROM acknowledges the address and refuses at the ${refusedAt} (seen on silicon)`;
    replies.push({ ...ACK, verdict: 'non-strict', says, goOn: later });
  }
  if (part.quirks.has('missing-nack')) {
    const says = 'this ROM ends the command without NACK (limitation printed in AN2606)';
    replies.push({ ...SILENCE, verdict: 'non-strict', says, goOn: [] });
  }
  return replies;
}

/** Refusals of an address behind the length. */
export function lengthRefused(part: Part): readonly Reply[] {
  if (!part.quirks.has('two-nacks-at-length')) return [NACK];
  return [NACK, twice('this ROM refuses with two NACKs at the length (seen on silicon)')];
}

/** Refusals of a command because of readout protection. */
export function protectedRefusal(part: Part, mayBeTwo: boolean): readonly Reply[] {
  if (!mayBeTwo || !part.quirks.has('two-nacks')) return [NACK];
  return [NACK, twice('this ROM refuses with two NACKs (limitation printed in AN2606)')];
}

function twice(says: string): Reply {
  return { bytes: [...NACK.bytes, ...NACK.bytes], verdict: 'non-strict', says };
}

/** Why a refusal of the RAM that the bootloader uses cannot be asked for; undefined when it can. */
export function ramNotKnown(part: Part): string | undefined {
  return part.bootloader.ramUsed.length === 0
    ? 'the RAM that the bootloader uses is not known'
    : undefined;
}

export function noRam(part: Part): string | undefined {
  return part.ram === undefined ? 'the bootloader leaves hosts no RAM' : undefined;
}

export function noOptions(part: Part): string | undefined {
  const options = part.device.options;
  if (options === undefined) return 'the option bytes of this line are not known';
  return undefined;
}

export function noWriteProtection(part: Part): string | undefined {
  return part.device.options?.writeProtection === undefined
    ? 'the write protection of this line is not known'
    : undefined;
}

export function noReadoutProtection(part: Part): string | undefined {
  return part.device.options?.rdp === undefined
    ? 'this line has no readout protection levels'
    : undefined;
}

export function noSupplyRegister({ device }: Part): string | undefined {
  return device.supplyRegister === undefined ? 'this line has no supply register' : undefined;
}

export function noMassErase(part: Part): string | undefined {
  return part.device.massErase ? undefined : 'this line has no mass erase';
}
