import type { PcapngAbout } from '../../trace/pcapng.ts';
import type { TraceEvent } from '../../trace/trace.ts';
import { TraceFile } from './trace-file.ts';
import type { TraceChoice } from './trace-options.ts';

/** The files and streams that a trace is written to. */
export interface Traces {
  readonly event: (event: TraceEvent) => void;
  /** Writes what is left; throws what could not be written. */
  close(): Promise<void>;
}

/** Opens what `--trace` and `--pcapng` ask for. */
export async function openTraces(
  choice: TraceChoice,
  pcapng: string | undefined,
  about: PcapngAbout,
): Promise<Traces> {
  const files: TraceFile[] = [];
  const close = async (): Promise<void> => {
    for (const file of files.splice(0)) await file.close();
  };
  try {
    if (choice.format !== 'none') files.push(await lines(choice.format, choice.file, about));
    if (pcapng !== undefined) files.push(await capture(pcapng, about));
  } catch (error) {
    await close();
    throw error;
  }
  return { event: (event) => files.forEach((file) => file.event(event)), close };
}

async function lines(
  format: 'text' | 'json',
  name: string | undefined,
  { device, bootloader }: PcapngAbout,
): Promise<TraceFile> {
  if (format === 'text') {
    const { formatEvent } = await import('../../trace/text.ts');
    return new TraceFile(name, (event) => [`${formatEvent(event)}\n`]);
  }
  const { formatJsonEvent, formatJsonHeader } = await import('../../trace/json.ts');
  const file = new TraceFile(name, (event) => [`${formatJsonEvent(event)}\n`]);
  file.write(`${formatJsonHeader({ device, bootloader })}\n`);
  return file;
}

async function capture(name: string, about: PcapngAbout): Promise<TraceFile> {
  const { PcapngWriter } = await import('../../trace/pcapng.ts');
  const packets = new PcapngWriter(about);
  const file = new TraceFile(name, (event) => packets.event(event));
  file.write(...packets.header());
  return file;
}
