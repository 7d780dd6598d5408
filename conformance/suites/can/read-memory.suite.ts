import scenarios from '../../interfaces/can/scenarios/read-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
