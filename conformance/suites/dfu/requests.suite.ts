import scenarios from '../../scenarios/dfu/requests.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
