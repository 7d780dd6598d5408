import scenarios from '../../interfaces/can/scenarios/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
