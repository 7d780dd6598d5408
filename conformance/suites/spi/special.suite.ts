import scenarios from '../../interfaces/spi/scenarios/special.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
