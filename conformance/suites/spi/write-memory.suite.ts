import scenarios from '../../interfaces/spi/scenarios/write-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
