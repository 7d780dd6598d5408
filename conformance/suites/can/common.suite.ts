import { can } from '../../interfaces/can/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(can), { interface: 'can' });
