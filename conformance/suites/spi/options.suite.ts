import scenarios from '../../interfaces/spi/scenarios/options.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
