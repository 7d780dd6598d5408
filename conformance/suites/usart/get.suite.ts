import scenarios from '../../interfaces/usart/scenarios/get.ts';
import { examine } from '../examine.ts';

examine(scenarios);
