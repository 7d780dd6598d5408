import scenarios from '../../interfaces/usart/scenarios/write-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios);
