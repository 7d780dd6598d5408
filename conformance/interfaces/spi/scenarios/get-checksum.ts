import { be32, packet } from '../../usart/host.ts';
import { getChecksumScenarios } from '../../../scenarios/get-checksum.ts';
import { spiHost } from '../framed-host.ts';
import { fetch, fetching, getAck, step } from '../host.ts';

export default getChecksumScenarios(spiHost, {
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
});
