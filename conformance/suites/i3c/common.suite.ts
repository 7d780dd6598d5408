import { i3c } from '../../interfaces/i3c/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(i3c), { device: 'STM32H503', interface: 'i3c' });
