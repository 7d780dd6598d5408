import scenarios from '../../scenarios/spi/write-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
