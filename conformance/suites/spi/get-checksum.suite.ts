import scenarios from '../../scenarios/spi/get-checksum.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
