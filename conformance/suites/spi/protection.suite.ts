import scenarios from '../../interfaces/spi/scenarios/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
