// A process that plays a share of a campaign: it is told the share, and tells each batch as it ends.
import { ConformanceError } from '../errors.ts';
import { playShare } from './run-campaign.ts';
import type { FromWorker, Share } from './run-campaign.ts';

let stopped = false;
const stop = (): void => void (stopped = true);
process.on('disconnect', stop);
process.on('message', (said: Share | 'stop') => {
  if (said === 'stop') stop();
  else void play(said);
});

async function play(share: Share): Promise<void> {
  try {
    await playShare(
      share,
      () => stopped,
      (batch) => tell({ batch }),
    );
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error;
    tell({ says: error.message, exitCode: error.exitCode });
  } finally {
    process.disconnect?.();
  }
}

function tell(said: FromWorker): void {
  process.send?.(said);
}
