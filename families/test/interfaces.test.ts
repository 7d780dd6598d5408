import { describe, expect, test } from 'vitest';
import { interfaces, opcodes } from '../index.ts';
import type { CommandList } from '../index.ts';
import { interfaceSchema } from './schema.ts';

const all = Object.entries(interfaces);
const lists = all.flatMap(([name, { lists }]) =>
  (lists as readonly CommandList[]).map((list) => ({ name, ...list })),
);

test.each(all)('%s is what an interface is', (_, facts) => {
  expect(interfaceSchema.parse(facts)).toEqual(facts);
});

test('an opcode is that of one command: a checksum over I2C has no other form', () => {
  const all = Object.values(opcodes);
  const twice = Object.entries(opcodes).filter(
    ([, opcode]) => all.indexOf(opcode) !== all.lastIndexOf(opcode),
  );
  expect(twice.map(([name]) => name)).toEqual(['get-checksum', 'no-stretch-get-checksum']);
});

describe('a list of Get', () => {
  test('begins with the first version, and is followed by newer ones', () => {
    for (const [name, { lists }] of all) {
      const versions = lists.map(({ since }) => Number(since));
      expect(versions, name).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      if (versions.length > 0) expect(versions[0], name).toBe(1);
    }
  });

  test.each(lists)('of $name since $since holds commands of its note, each once', (list) => {
    const { name, commands, withSpecials = [] } = list;
    const known = Object.keys(interfaces[name as 'USART'].opcodes);
    expect(commands.filter((each) => !known.includes(each))).toEqual([]);
    expect(commands).toHaveLength(new Set(commands).size);
    expect(withSpecials.filter((each) => !commands.includes(each))).toEqual([]);
  });

  test.each(lists)(
    'of $name since $since is in the order of the opcodes but for no-stretch',
    (list) => {
      const plain = list.commands.filter((each) => !each.startsWith('no-stretch'));
      const codes = plain.map((each) => opcodes[each]);
      expect(codes).toEqual(codes.toSorted((a, b) => a - b));
      expect(list.commands.slice(0, plain.length)).toEqual(plain);
    },
  );
});
