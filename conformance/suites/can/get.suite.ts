import scenarios from '../../interfaces/can/scenarios/get.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
