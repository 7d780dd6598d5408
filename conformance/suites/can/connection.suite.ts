import scenarios from '../../scenarios/can/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
