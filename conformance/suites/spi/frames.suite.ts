import scenarios from '../../scenarios/spi/frames.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
