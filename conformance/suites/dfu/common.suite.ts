import { dfu } from '../../protocols/dfu.ts';
import { commonScenarios } from '../../scenarios/common/index.ts';
import { examine } from '../examine.ts';

examine(commonScenarios(dfu), { interface: 'usb' });
