import scenarios from '../../scenarios/spi/read-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
