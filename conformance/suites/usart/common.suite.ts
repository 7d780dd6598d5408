import { usart } from '../../interfaces/usart/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(usart));
