import scenarios from '../../interfaces/usb/scenarios/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
