import scenarios from '../../scenarios/can/go.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
