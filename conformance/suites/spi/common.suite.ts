import { spi } from '../../protocols/spi.ts';
import { commonScenarios } from '../../scenarios/common/index.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(spi), { interface: 'spi' });
