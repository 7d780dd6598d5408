import scenarios from '../../interfaces/can/scenarios/write-refused.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
