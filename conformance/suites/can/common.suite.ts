import { can } from '../../protocols/can.ts';
import { commonScenarios } from '../../scenarios/common/index.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(can), { interface: 'can' });
