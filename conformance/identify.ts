import type { CommandName } from '../families/index.ts';
import { hear } from './exchange.ts';
import { ACK_BYTE, OPCODES, syncBytes } from './host/usart.ts';
import type { Target } from './target.ts';

/**
 * Asks a device whose command list no table has for it (AN3155 §4: from protocol 4.0 on, use Get).
 * Returns whether the device answers at all.
 */
export async function identify(target: Target): Promise<boolean> {
  const channel = await target.boot({});
  await channel.send(Uint8Array.from(syncBytes(target.part)));
  const synced = await hear(channel, target);
  if (synced.length === 0) return false;
  await channel.send(Uint8Array.of(0x00, 0xff));
  const reply = await hear(channel, target);
  if (reply.length === 0) return false;
  if (target.part.commands === undefined && reply[0] === ACK_BYTE) {
    const opcodes = reply.slice(3, 3 + (reply[1] ?? 0));
    target.part = { ...target.part, commands: opcodes.flatMap(namesOf) };
  }
  return true;
}

function namesOf(opcode: number): CommandName[] {
  return (Object.keys(OPCODES) as CommandName[]).filter((name) => OPCODES[name] === opcode);
}
