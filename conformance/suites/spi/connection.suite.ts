import scenarios from '../../interfaces/spi/scenarios/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
