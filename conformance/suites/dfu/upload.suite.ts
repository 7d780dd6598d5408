import scenarios from '../../scenarios/dfu/upload.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
