import scenarios from '../../scenarios/can/settings.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
