import scenarios from '../../interfaces/i2c/scenarios/erase-lists.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32L476', interface: 'i2c' });
