import scenarios from '../../interfaces/fdcan/scenarios/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32H72_73', interface: 'fdcan' });
