import type { Protocol } from '../interfaces/protocol.ts';
import type { Scenario } from '../run/scenario.ts';
import { scenarioOf } from './kit/common.ts';
import { memoryScenarios } from './memory.ts';
import { protectionScenarios } from './protection.ts';
import { startScenarios } from './start.ts';

/** What the bootloader does over every protocol, asked over one. */
export function commonScenarios(protocol: Protocol): readonly Scenario[] {
  return [
    ...memoryScenarios(protocol),
    ...protectionScenarios(protocol),
    ...startScenarios(protocol),
  ].map((each) => scenarioOf(each, protocol));
}
