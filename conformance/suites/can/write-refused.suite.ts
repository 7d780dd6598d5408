import scenarios from '../../scenarios/can/write-refused.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
