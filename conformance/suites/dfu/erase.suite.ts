import scenarios from '../../scenarios/dfu/erase.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
