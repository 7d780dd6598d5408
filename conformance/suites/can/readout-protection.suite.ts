import scenarios from '../../interfaces/can/scenarios/readout-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
