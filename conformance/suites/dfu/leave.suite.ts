import scenarios from '../../interfaces/usb/scenarios/leave.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
