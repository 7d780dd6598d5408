import scenarios from '../../interfaces/usart/scenarios/go.ts';
import { examine } from '../examine.ts';

examine(scenarios);
