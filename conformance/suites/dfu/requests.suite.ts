import scenarios from '../../interfaces/usb/scenarios/requests.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
