import { fdcan } from '../../interfaces/fdcan/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(fdcan), { device: 'STM32H72_73', interface: 'fdcan' });
