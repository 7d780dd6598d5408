import scenarios from '../../scenarios/spi/go.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
