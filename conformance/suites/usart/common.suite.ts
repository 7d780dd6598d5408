import { usart } from '../../protocols/usart.ts';
import { commonScenarios } from '../../scenarios/common/index.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(usart));
