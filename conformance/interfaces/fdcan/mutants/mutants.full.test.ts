import { killAll } from '../../../mutants/kill-all.ts';
import { fdcan } from '../index.ts';

killAll(
  fdcan,
  { always: 'fdcan-always-ack', asked: 'fdcan-answers-swapped' },
  {
    'fdcan-extended-heard':
      'a filter that is recommended: such frames are of other nodes, and no tool sends them to a bootloader',
    'fdcan-classic-lost': 'AN5405 does not say what classic frames do',
    'fdcan-slow-frames-lost': 'AN5405 does not say what frames without bit rate switch do',
    'fdcan-long-frames-lost':
      'AN5405 says of Get alone that the length of the frame is not important',
    'fdcan-go-twice': 'OpenBootloader acknowledges Go twice, against AN5405',
    'fdcan-readout-protect-under-rdp': 'the footnote of the table of commands of AN5405 is damaged',
  },
);
