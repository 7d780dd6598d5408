import scenarios from '../../scenarios/can/readout-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
