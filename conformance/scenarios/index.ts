import { protocols, rooms } from '../interfaces/index.ts';
import type { Scenario } from '../run/scenario.ts';
import { commonScenarios } from './common-scenarios.ts';

/** Every scenario: of each protocol in the order of its note's sections, then what they have in common. */
export const scenarios: readonly Scenario[] = [
  ...Object.values(rooms).flatMap(({ scenarios: own }) => own),
  ...protocols.flatMap(commonScenarios),
];
