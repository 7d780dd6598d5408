import scenarios from '../../interfaces/can/scenarios/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
