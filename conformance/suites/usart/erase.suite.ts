import scenarios from '../../interfaces/usart/scenarios/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32F103xB' });
