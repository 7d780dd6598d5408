import scenarios from '../../interfaces/usart/scenarios/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios);
