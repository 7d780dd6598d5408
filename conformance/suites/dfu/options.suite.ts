import scenarios from '../../interfaces/usb/scenarios/options.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
