import scenarios from '../../interfaces/spi/scenarios/go.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
