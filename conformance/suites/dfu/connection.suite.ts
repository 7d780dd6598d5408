import scenarios from '../../scenarios/dfu/connection.ts';
import { examine } from '../examine.ts';

examine(scenarios, { interface: 'usb' });
