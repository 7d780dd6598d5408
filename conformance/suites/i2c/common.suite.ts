import { i2c } from '../../interfaces/i2c/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(i2c), { device: 'STM32F446', interface: 'i2c' });
