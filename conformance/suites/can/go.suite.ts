import scenarios from '../../interfaces/can/scenarios/go.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
