import scenarios from '../../interfaces/usb/scenarios/download.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
