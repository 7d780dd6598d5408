import scenarios from '../../interfaces/usart/scenarios/special.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32H503' });
