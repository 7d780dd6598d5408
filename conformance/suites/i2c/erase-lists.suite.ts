import scenarios from '../../scenarios/i2c/erase-lists.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32L476', interface: 'i2c' });
