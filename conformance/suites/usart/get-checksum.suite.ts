import scenarios from '../../interfaces/usart/scenarios/get-checksum.ts';
import { examine } from '../examine.ts';

examine(scenarios, { protocol: '3.3' });
