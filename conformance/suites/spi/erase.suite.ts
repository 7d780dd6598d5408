import scenarios from '../../scenarios/spi/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
