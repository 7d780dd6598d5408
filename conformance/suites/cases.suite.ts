import { scenarios } from '../scenarios/index.ts';
import { examine } from './examine.ts';

// those that its project was assigned
examine(scenarios);
