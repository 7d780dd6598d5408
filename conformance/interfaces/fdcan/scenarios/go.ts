import { goScenarios } from '../../../scenarios/go.ts';
import { fdcanHost } from '../framed-host.ts';

export default goScenarios(fdcanHost);
