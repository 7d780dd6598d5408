import scenarios from '../../interfaces/spi/scenarios/frames.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'spi' });
