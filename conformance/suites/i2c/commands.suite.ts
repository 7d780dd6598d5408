import scenarios from '../../interfaces/i2c/scenarios/commands.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32F446', interface: 'i2c' });
