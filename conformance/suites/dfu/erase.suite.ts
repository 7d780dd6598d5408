import scenarios from '../../interfaces/usb/scenarios/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
