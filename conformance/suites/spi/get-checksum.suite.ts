import scenarios from '../../interfaces/spi/scenarios/get-checksum.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
