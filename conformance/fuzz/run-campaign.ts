import { fork } from 'node:child_process';
import { once } from 'node:events';
import { packageModule } from '../../emulator/package-files.ts';
import { ConformanceError } from '../errors.ts';
import { identify } from '../run/identify.ts';
import { openTarget } from '../targets/open.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { campaignOf, playBatch } from './campaign.ts';
import type { BatchResult, Campaign, Plan } from './campaign.ts';

/** How long a campaign goes on; what is not said is no limit. */
export interface Until {
  readonly batches?: number;
  /** Wall time, in ms. */
  readonly ms?: number;
}

export interface CampaignOptions {
  readonly until: Until;
  /** Processes that share the batches; 1 plays them in this one. */
  readonly workers: number;
  /** Ends the campaign: the session that is played is finished, no other is begun. */
  readonly signal?: AbortSignal;
  readonly heard?: (result: BatchResult) => void;
}

/** What a worker is told: worker `first` of `step` plays the batches `first`, `first + step` and so on. */
export interface Share {
  readonly spec: TargetSpec;
  readonly plan: Plan;
  readonly until: Until;
  readonly first: number;
  readonly step: number;
}

/** What a worker says: a batch that was played, or why it ended. */
export type FromWorker =
  { readonly batch: BatchResult } | { readonly says: string; readonly exitCode: 2 | 3 };

/** Plays batches one after the other; `stopped` is asked before each session. */
export async function playShare(
  { spec, plan, until, first, step }: Share,
  stopped: () => boolean,
  hear: (result: BatchResult) => void,
): Promise<void> {
  const end = until.ms === undefined ? Infinity : performance.now() + until.ms;
  const stop = (): boolean => stopped() || performance.now() >= end;
  const target = await openTarget(spec);
  try {
    await identify(target);
    for (let batch = first; batch < (until.batches ?? Infinity) && !stop(); batch += step) {
      const result = await playBatch(target, plan, batch, stop);
      hear(result);
      if (result.over !== undefined) return;
    }
  } finally {
    await target.close();
  }
}

/**
 * Plays a campaign, its batches shared out over processes; which of them plays which changes nothing.
 * @throws ConformanceError for a target that cannot be opened.
 */
export async function runCampaign(
  spec: TargetSpec,
  plan: Plan,
  { until, workers, signal, heard }: CampaignOptions,
): Promise<Campaign> {
  const results: BatchResult[] = [];
  const hear = (result: BatchResult): void => {
    results.push(result);
    heard?.(result);
  };
  const shares = Array.from({ length: workers }, (_, first): Share => {
    return { spec, plan, until, first, step: workers };
  });
  const stopped = (): boolean => signal?.aborted === true;
  if (workers === 1) await playShare(shares[0]!, stopped, hear);
  else await Promise.all(shares.map((share) => inProcess(share, hear, signal)));
  return campaignOf(results);
}

/** Plays a share in a process of its own. */
async function inProcess(
  share: Share,
  hear: (result: BatchResult) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const worker = fork(packageModule('conformance/fuzz/worker.ts', 'fuzz-worker.js'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true, // Ctrl-C reaches the command only, which says when to stop
  });
  let trouble: ConformanceError | undefined;
  worker.on('message', (said: FromWorker) => {
    if ('batch' in said) hear(said.batch);
    else trouble = new ConformanceError(said.says, said);
  });
  const stop = (): void => void (worker.connected && worker.send('stop'));
  signal?.addEventListener('abort', stop);
  worker.send(share);
  const [code] = (await once(worker, 'exit')) as [number | null];
  signal?.removeEventListener('abort', stop);
  if (trouble !== undefined) throw trouble;
  if (code !== 0) throw new Error(`a process of the campaign ended with ${code ?? 'a signal'}`);
}
