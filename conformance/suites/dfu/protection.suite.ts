import scenarios from '../../scenarios/dfu/protection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
