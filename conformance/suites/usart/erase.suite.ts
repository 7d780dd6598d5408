import scenarios from '../../scenarios/usart/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32F103xB' });
