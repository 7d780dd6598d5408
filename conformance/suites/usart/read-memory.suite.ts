import scenarios from '../../interfaces/usart/scenarios/read-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios);
