import { ACK_BYTE, OPCODES, answer, command } from '../host.ts';
import { since } from '../../../part/part.ts';
import type { Part } from '../../../part/part.ts';
import { ANY } from '../../../run/script.ts';
import type { Reply } from '../../../run/script.ts';
import { getScenarios, listOf } from '../../../scenarios/get.ts';
import { usartHost } from '../framed-host.ts';

function versionReplies(part: Part, version: number, behind: readonly number[]): readonly Reply[] {
  const right = answer(version, ...behind, ACK_BYTE);
  if (!part.quirks.has('get-version-says-2.0')) return [right];
  const says = 'this ROM says 2.0 here (limitation printed in AN2606)';
  return [right, { ...answer(0x20, ...behind, ACK_BYTE), verdict: 'non-strict', says }];
}

export default getScenarios({
  host: usartHost,
  sections: ['3.1', '3.2', '3.3'],
  get: (part, judged) => [command('get', answer(...listOf(part, OPCODES, judged), ACK_BYTE))],
  getVersion: (part, version, behind = [ANY, ANY]) => [
    command('get-version', ...versionReplies(part, version, behind)),
  ],
  getId: (part, id) => {
    const sent = since(part, '2.1') ? id : id.slice(1);
    return [command('get-id', answer(sent.length - 1, ...sent, ACK_BYTE))];
  },
});
