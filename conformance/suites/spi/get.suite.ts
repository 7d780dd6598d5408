import scenarios from '../../scenarios/spi/get.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
