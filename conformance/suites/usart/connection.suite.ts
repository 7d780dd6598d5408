import scenarios from '../../interfaces/usart/scenarios/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios);
