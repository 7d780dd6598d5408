import scenarios from '../../scenarios/can/get.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
