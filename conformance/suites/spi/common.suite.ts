import { spi } from '../../interfaces/spi/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(spi), { interface: 'spi' });
