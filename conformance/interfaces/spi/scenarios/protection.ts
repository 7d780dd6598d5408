import { readoutProtectionScenarios } from '../../../scenarios/readout-protection.ts';
import {
  sectorListScenarios,
  writeProtectionScenarios,
} from '../../../scenarios/write-protection.ts';
import { spiHost } from '../framed-host.ts';

export default [
  ...writeProtectionScenarios(spiHost),
  ...sectorListScenarios(spiHost),
  ...readoutProtectionScenarios(spiHost),
];
