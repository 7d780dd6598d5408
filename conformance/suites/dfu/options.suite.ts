import scenarios from '../../scenarios/dfu/options.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
