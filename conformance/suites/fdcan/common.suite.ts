import { fdcan } from '../../protocols/fdcan.ts';
import { commonScenarios } from '../../scenarios/common/index.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(fdcan), { device: 'STM32H72_73', interface: 'fdcan' });
