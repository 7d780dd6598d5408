import scenarios from '../../interfaces/can/scenarios/settings.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
