import scenarios from '../../interfaces/i3c/scenarios/special.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32H503', interface: 'i3c' });
