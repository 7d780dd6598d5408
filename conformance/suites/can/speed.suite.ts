import scenarios from '../../interfaces/can/scenarios/speed.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
