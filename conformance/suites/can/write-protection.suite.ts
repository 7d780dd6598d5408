import scenarios from '../../interfaces/can/scenarios/write-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
