import scenarios from '../../interfaces/spi/scenarios/readout-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
