import scenarios from '../../scenarios/usart/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios);
