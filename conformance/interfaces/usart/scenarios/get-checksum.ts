import { ACK_BYTE, answer, be32, packet } from '../host.ts';
import { usartHost } from '../framed-host.ts';
import { checksums } from '../../../scenarios/get-checksum.ts';

const WRONG = { covers: [5], entries: ['synchronised'] } as const;

export default checksums(
  usartHost,
  '3.13',
  {
    crc: [1, 6],
    'summing-changes-nothing': { covers: [1], entries: ['synchronised'] },
    'large-size': [1, 6],
    'size-zero': [2],
    'size-past-the-end': [3],
    'no-memory-there': [4],
    'wrong-address-checksum': WRONG,
    'wrong-size-checksum': WRONG,
    'wrong-polynomial-checksum': WRONG,
    'wrong-initial-checksum': WRONG,
    protected: ['3-6', 7],
    'not-offered': { covers: ['3-2'], strength: 'observed' },
  },
  {
    unit: 'words',
    parameters: ['size', 'polynomial', 'initial'],
    result(_, last, crc) {
      const result = packet(be32(crc));
      const says = 'one ACK answers the initial value and the result: the note can be read so';
      const once = { ...answer(...result), verdict: 'non-strict', says } as const;
      return [{ ...last, replies: [answer(ACK_BYTE, ...result), once] }];
    },
  },
);
