import scenarios from '../../scenarios/usart/get.ts';
import { examine } from '../examine.ts';

examine(scenarios);
