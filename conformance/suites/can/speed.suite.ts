import scenarios from '../../scenarios/can/speed.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
