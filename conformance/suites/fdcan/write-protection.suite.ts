import scenarios from '../../scenarios/fdcan/write-protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { device: 'STM32H72_73', interface: 'fdcan' });
