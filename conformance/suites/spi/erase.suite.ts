import scenarios from '../../interfaces/spi/scenarios/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
