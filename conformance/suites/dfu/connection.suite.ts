import scenarios from '../../interfaces/usb/scenarios/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
