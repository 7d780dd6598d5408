import scenarios from '../../scenarios/usart/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios);
