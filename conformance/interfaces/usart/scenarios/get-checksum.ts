import { ACK_BYTE, answer, be32, packet } from '../host.ts';
import { usartHost } from '../framed-host.ts';
import { getChecksumScenarios } from '../../../scenarios/get-checksum.ts';

export default getChecksumScenarios(usartHost, {
  unit: 'words',
  parameters: ['size', 'polynomial', 'initial'],
  result(_, last, crc) {
    const result = packet(be32(crc));
    const says = 'one ACK answers the initial value and the result: the note can be read so';
    const once = { ...answer(...result), verdict: 'non-strict', says } as const;
    return [{ ...last, replies: [answer(ACK_BYTE, ...result), once] }];
  },
});
