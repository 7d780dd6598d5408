import scenarios from '../../interfaces/usart/scenarios/extended-erase.ts';
import { examine } from '../examine.ts';

examine(scenarios);
