import scenarios from '../../scenarios/usart/get-checksum.ts';
import { examine } from '../examine.ts';

examine(scenarios, { protocol: '3.3' });
