import scenarios from '../../scenarios/i2c/special.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32H503', interface: 'i2c' });
