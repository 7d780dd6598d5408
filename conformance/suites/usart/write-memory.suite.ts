import scenarios from '../../scenarios/usart/write-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios);
