import { goPacketScenarios, goScenarios } from '../../../scenarios/go.ts';
import { i2cHost } from '../framed-host.ts';
import { reachable } from './define.ts';

export default reachable([...goScenarios(i2cHost), ...goPacketScenarios(i2cHost)]);
