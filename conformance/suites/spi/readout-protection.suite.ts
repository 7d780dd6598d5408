import scenarios from '../../scenarios/spi/readout-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
