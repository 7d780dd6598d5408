import scenarios from '../../scenarios/spi/special.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
