import scenarios from '../../scenarios/spi/options.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
