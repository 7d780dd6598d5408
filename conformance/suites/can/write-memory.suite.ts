import scenarios from '../../scenarios/can/write-memory.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'can' });
