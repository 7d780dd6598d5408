import scenarios from '../../scenarios/usart/special.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32H503' });
