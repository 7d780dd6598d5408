import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dfuSeOpcodes, dfuStatuses, opcodes } from '../../../families/index.ts';
import { DFU_STATES } from '../../interfaces/usb/dfu-names.ts';
import { DISSECTOR, tsharkLine } from './dissector.ts';

const source = readFileSync(DISSECTOR, 'utf8');

/** Names by number, as a table of the dissector has them. */
function tableOf(name: string): Map<number, string> {
  const [, body] = new RegExp(`local ${name} = \\{(.*?)\\n?\\}`, 's').exec(source)!;
  return new Map(
    [...body!.matchAll(/\[(\w+)\] = "([^"]+)"/g)].map(([, number, text]) => [
      Number(number),
      text!,
    ]),
  );
}

/** `get-id` in the words of the notes. */
const titled = (name: string): string =>
  name
    .replaceAll('-', ' ')
    .replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
    .replace('Id', 'ID');

test('the dissector has every command of the tables, under its name', () => {
  const commands = tableOf('COMMANDS');
  const named = Object.entries(opcodes).filter(([name]) => name !== 'no-stretch-get-checksum');
  expect([...commands].toSorted(([one], [other]) => one - other)).toEqual(
    named
      .map(([name, opcode]) => [opcode, titled(name)])
      .toSorted(([one], [other]) => Number(one) - Number(other)),
  );
  expect(tableOf('DFUSE_COMMANDS')).toEqual(
    new Map(Object.entries(dfuSeOpcodes).map(([name, opcode]) => [opcode, titled(name)])),
  );
});

test('the dissector has every state and status of DFU', () => {
  const states = Object.entries(DFU_STATES)
    .filter(([name]) => /^\S+$/.test(name)) // the others are what a ROM makes of them
    .map(([name, number]) => [number, name] as const);
  expect(tableOf('DFU_STATES')).toEqual(new Map(states));
  const statuses = Object.entries(dfuStatuses).map(([name, number]) => [number, name] as const);
  for (const [number, name] of statuses) expect(tableOf('DFU_STATUSES').get(number)).toBe(name);
});

test('the line that reads a capture is one for a shell, whatever the file is called', () => {
  expect(tsharkLine('session.pcapng')).toMatch(/^tshark -X \S+\.lua'? -r session\.pcapng$/);
  expect(tsharkLine("it's one.pcapng")).toMatch(String.raw` -r 'it'\''s one.pcapng'`);
});
