import scenarios from '../../interfaces/can/scenarios/write-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
