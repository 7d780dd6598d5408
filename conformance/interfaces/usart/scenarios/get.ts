import { ACK_BYTE, OPCODES, answer, command } from '../host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply } from '../../../run/script.ts';
import { gets, ids, versions, listOf } from '../../../scenarios/get.ts';
import type { GetHost } from '../../../scenarios/get.ts';
import { usartHost } from '../framed-host.ts';

function versionReplies(part: Part, version: number, behind: readonly number[]): readonly Reply[] {
  const right = answer(version, ...behind, ACK_BYTE);
  if (!part.quirks.has('get-version-says-2.0')) return [right];
  const says = 'this ROM says 2.0 here (limitation printed in AN2606)';
  return [right, { ...answer(0x20, ...behind, ACK_BYTE), verdict: 'non-strict', says }];
}

const shortId = (part: Part): string | undefined =>
  since(part, '2.1') ? undefined : 'one byte before protocol 2.1';

const how: GetHost = {
  get: (part, judged) => [command('get', answer(...listOf(part, OPCODES, judged), ACK_BYTE))],
  getVersion: (part, version, behind = [ANY, ANY]) => [
    command('get-version', ...versionReplies(part, version, behind)),
  ],
  getId: (part, id) => {
    const sent = since(part, '2.1') ? id : id.slice(1);
    return [command('get-id', answer(sent.length - 1, ...sent, ACK_BYTE))];
  },
};

export default [
  ...gets(
    usartHost,
    '3.1',
    {
      count: [1],
      version: [2],
      list: [3, '3-13', '4-1'],
      'list-under-rdp': [5],
      'erase-in-seventh-place': [6, '3-13'],
      'closing-ack': [4],
    },
    how,
  ),
  ...versions(
    usartHost,
    '3.2',
    {
      version: [1, 2],
      'option-bytes-zero': [3],
      'same-version-as-get': [2],
    },
    how,
  ),
  ...ids(
    usartHost,
    '3.3',
    {
      'product-id': { covers: [1, 2], unsupported: shortId },
      count: { covers: [2], unsupported: shortId },
      'one-byte-id-before-2.1': [3, '4-1'],
      'asking-changes-nothing': [4],
    },
    how,
  ),
];
