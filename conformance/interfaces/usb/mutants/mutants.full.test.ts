import { killAll } from '../../../mutants/kill-all.ts';
import { dfu } from '../index.ts';

killAll(
  dfu,
  { always: 'dfu-always-ok', asked: 'dfu-always-stalls' },
  {
    'dfu-product-renamed': 'names are known from logs alone, and no host asks for them',
    'dfu-serial-short': 'serial numbers are known from logs alone',
    'dfu-layouts-alike':
      'ROMs are known whose strings tell a wrong size, or are the same for all memories (AN2606, logs)',
    'dfu-layout-page-missing': 'ROMs are known whose strings tell a wrong size (logs)',
    'dfu-options-read-only':
      'ROMs are known that tell wrong letters of option bytes and OTP (AN2606, F2 and F40x)',
    'dfu-strings-4-and-5-missing': 'known of the class driver alone, and no host asks for them',
    'dfu-alternate-resets':
      'DFU 1.1 does not say what SET_INTERFACE does to the state; known of the class driver alone',
    'dfu-abort-clears-error': 'known of the class driver alone; not documented for any ROM',
    'dfu-second-block-without-error':
      'the state behind a refused download differs by generation, known of the class driver',
    'dfu-clear-status-errs': 'it differs by generation, known from logs and the class driver',
    'dfu-detach-stalls': 'AN3156 gives DETACH no effect, and does not say that it is acknowledged',
    'dfu-empty-upload-stalls': 'known of the class driver alone; no host uploads nothing',
    'dfu-list-goes-on': 'known of the class driver alone',
    'dfu-starts-idle': 'ROMs start in either state, by generation; known from logs alone',
    'dfu-polls-fast': 'poll times are known from logs alone, and 0 is one',
    'dfu-get-unknown': 'AN3156 has Get as an upload alone',
    'dfu-erase-first-address-only':
      'AN3156 asks for the address of a page; that any in it will do is known from dfu-util',
    'dfu-leave-ignores-writes':
      'AN3156 says that the last write counts, the class driver of ST does not have it so',
  },
);
