import scenarios from '../../scenarios/dfu/leave.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
