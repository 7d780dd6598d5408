import { protocols } from '../interfaces/index.ts';
import type { Scenario } from '../run/scenario.ts';
import { canScenarios } from '../interfaces/can/scenarios/index.ts';
import { commonScenarios } from './common-scenarios.ts';
import dfuBusReset from '../interfaces/usb/scenarios/bus-reset.ts';
import dfuConnection from '../interfaces/usb/scenarios/connection.ts';
import dfuDownload from '../interfaces/usb/scenarios/download.ts';
import dfuErase from '../interfaces/usb/scenarios/erase.ts';
import dfuLeave from '../interfaces/usb/scenarios/leave.ts';
import dfuOptions from '../interfaces/usb/scenarios/options.ts';
import dfuProtection from '../interfaces/usb/scenarios/protection.ts';
import dfuRequests from '../interfaces/usb/scenarios/requests.ts';
import dfuUpload from '../interfaces/usb/scenarios/upload.ts';
import { fdcanScenarios } from '../interfaces/fdcan/scenarios/index.ts';
import { i2cScenarios } from '../interfaces/i2c/scenarios/index.ts';
import { spiScenarios } from '../interfaces/spi/scenarios/index.ts';
import connection from '../interfaces/usart/scenarios/connection.ts';
import erase from '../interfaces/usart/scenarios/erase.ts';
import extendedErase from '../interfaces/usart/scenarios/extended-erase.ts';
import get from '../interfaces/usart/scenarios/get.ts';
import getChecksum from '../interfaces/usart/scenarios/get-checksum.ts';
import go from '../interfaces/usart/scenarios/go.ts';
import protection from '../interfaces/usart/scenarios/protection.ts';
import readMemory from '../interfaces/usart/scenarios/read-memory.ts';
import special from '../interfaces/usart/scenarios/special.ts';
import writeMemory from '../interfaces/usart/scenarios/write-memory.ts';

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
