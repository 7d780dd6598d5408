import scenarios from '../../interfaces/i2c/scenarios/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32F446', interface: 'i2c' });
