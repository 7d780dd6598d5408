import scenarios from '../../scenarios/can/read-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
