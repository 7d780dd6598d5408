import scenarios from '../../scenarios/can/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
