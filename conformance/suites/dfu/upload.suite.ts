import scenarios from '../../interfaces/usb/scenarios/upload.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
