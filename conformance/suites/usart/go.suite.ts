import scenarios from '../../scenarios/usart/go.ts';
import { examine } from '../examine.ts';

examine(scenarios);
