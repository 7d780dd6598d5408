import scenarios from '../../scenarios/spi/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
