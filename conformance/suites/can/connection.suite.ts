import scenarios from '../../interfaces/can/scenarios/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
