import scenarios from '../../scenarios/usart/extended-erase.ts';
import { examine } from '../examine.ts';

examine(scenarios);
