import scenarios from '../../scenarios/dfu/download.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
