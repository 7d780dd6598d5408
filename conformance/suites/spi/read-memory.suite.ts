import scenarios from '../../interfaces/spi/scenarios/read-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
