import { goes } from '../../../scenarios/go.ts';
import { fdcanHost } from '../framed-host.ts';

export default goes(fdcanHost, 'go', {
  flash: [1],
  'any-page': [1],
  ram: [1],
  'vectors-not-judged': [2],
  'no-memory-there': [3],
  'system-memory': [3],
  'option-bytes': [3],
  'bootloader-ram': [3],
  protected: [4, 'command-set-4'],
});
