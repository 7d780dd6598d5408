import scenarios from '../../scenarios/spi/write-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
