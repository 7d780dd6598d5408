import scenarios from '../../scenarios/i2c/readout-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32F446', interface: 'i2c' });
