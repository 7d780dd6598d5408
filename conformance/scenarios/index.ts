import { protocols } from '../protocols/index.ts';
import type { Scenario } from '../scenario.ts';
import { canScenarios } from './can/index.ts';
import { commonScenarios } from './common/index.ts';
import dfuBusReset from './dfu/bus-reset.ts';
import dfuConnection from './dfu/connection.ts';
import dfuDownload from './dfu/download.ts';
import dfuErase from './dfu/erase.ts';
import dfuLeave from './dfu/leave.ts';
import dfuOptions from './dfu/options.ts';
import dfuProtection from './dfu/protection.ts';
import dfuRequests from './dfu/requests.ts';
import dfuUpload from './dfu/upload.ts';
import { fdcanScenarios } from './fdcan/index.ts';
import { i2cScenarios } from './i2c/index.ts';
import { spiScenarios } from './spi/index.ts';
import connection from './usart/connection.ts';
import erase from './usart/erase.ts';
import extendedErase from './usart/extended-erase.ts';
import get from './usart/get.ts';
import getChecksum from './usart/get-checksum.ts';
import go from './usart/go.ts';
import protection from './usart/protection.ts';
import readMemory from './usart/read-memory.ts';
import special from './usart/special.ts';
import writeMemory from './usart/write-memory.ts';

/** Every scenario: of each protocol in the order of its note's sections, then what they have in common. */
export const scenarios: readonly Scenario[] = [
  ...connection,
  ...get,
  ...readMemory,
  ...go,
  ...writeMemory,
  ...erase,
  ...extendedErase,
  ...protection,
  ...getChecksum,
  ...special,
  ...dfuConnection,
  ...dfuBusReset,
  ...dfuRequests,
  ...dfuUpload,
  ...dfuDownload,
  ...dfuOptions,
  ...dfuErase,
  ...dfuProtection,
  ...dfuLeave,
  ...i2cScenarios,
  ...canScenarios,
  ...spiScenarios,
  ...fdcanScenarios,
  ...protocols.flatMap(commonScenarios),
];
