import { dfu } from '../../interfaces/usb/index.ts';
import { commonScenarios } from '../../scenarios/common-scenarios.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(dfu), { interface: 'usb' });
