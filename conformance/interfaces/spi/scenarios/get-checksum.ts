import { be32, packet } from '../../usart/host.ts';
import { checksums } from '../../../scenarios/get-checksum.ts';
import { spiHost } from '../framed-host.ts';
import { fetch, fetching, getAck, step } from '../host.ts';

export default checksums(
  spiHost,
  '2.13',
  {
    crc: { covers: [1, 6], entries: ['synchronised', 'after-nack', 'nss-low'] },
    'large-size': [1, 6],
    'size-zero': [2],
    'size-past-the-end': [3],
    'no-memory-there': [4],
    'wrong-checksum': [5, '2.1-1'],
    protected: [7],
    'not-offered': ['2-2', '3-2'],
  },
  {
    unit: 'words',
    parameters: ['size', 'polynomial', 'initial'],
    result(part, last, crc) {
      const sum = packet(be32(crc));
      if (!part.quirks.has('spi-checksum-one-ack-less')) {
        return [last, step('it is computed', getAck()), fetch('the checksum', sum)];
      }
      const says = 'one ACK answers the initial value and the result (seen on silicon)';
      const bytes = { bytes: sum, verdict: 'non-strict', says } as const;
      return [last, step('the checksum', fetching(sum.length), bytes)];
    },
  },
);
