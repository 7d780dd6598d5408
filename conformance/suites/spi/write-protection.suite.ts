import scenarios from '../../interfaces/spi/scenarios/write-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
