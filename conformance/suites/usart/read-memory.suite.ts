import scenarios from '../../scenarios/usart/read-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios);
