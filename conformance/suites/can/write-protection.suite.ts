import scenarios from '../../scenarios/can/write-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
