import scenarios from '../../interfaces/spi/scenarios/get.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
