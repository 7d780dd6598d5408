import { i2c } from '../../protocols/i2c.ts';
import { commonScenarios } from '../../scenarios/common/index.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(i2c), { device: 'STM32F446', interface: 'i2c' });
