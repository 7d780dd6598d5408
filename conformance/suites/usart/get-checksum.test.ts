import scenarios from '../../scenarios/usart/get-checksum.ts';
import { examine } from '../examine.ts';

examine(scenarios, 'STM32F405', { protocol: '3.3' });
