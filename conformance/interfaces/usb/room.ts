import { ControlChannel } from '../../targets/memory-channels/control.ts';
import type { Room } from '../room.ts';
import { dfuAssertions } from './assertions.ts';
import { dfu } from './index.ts';
import { DfuLoader } from './loader.ts';
import { dfuScenarios } from './scenarios/index.ts';
import { SentRequests } from './sent-requests.ts';

export const usbRoom: Room = {
  protocol: dfu,
  scenarios: dfuScenarios,
  assertions: dfuAssertions,
  portsOf: () => ['USB'],
  memoryChannel(board, wrong, passing) {
    const pins = board.usb();
    return new ControlChannel(wrong.usb?.(pins) ?? pins, board, passing);
  },
  follower: (asked, part) => new SentRequests(asked, part),
  connectLoader: (...to) => new DfuLoader(...to).connect(),
  unitsOf: (bytes) => [
    {
      data: bytes.slice(8),
      build: (data) => [
        ...bytes.slice(0, 6),
        ...(bytes.length > 8 ? [data.length & 0xff, data.length >> 8] : bytes.slice(6, 8)),
        ...data,
      ],
    },
  ],
};
