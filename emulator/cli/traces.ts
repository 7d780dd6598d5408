import type { PcapngAbout } from '../trace-pcapng.ts';
import type { TraceEvent } from '../trace.ts';
import { TraceFile } from './trace-file.ts';
import type { TraceChoice } from './trace-options.ts';

/** The files and streams that a trace is written to. */
export interface Traces {
  readonly event: (event: TraceEvent) => void;
  /** Writes what is left; throws what could not be written. */
  close(): void;
}

interface Writer {
  readonly event: (event: TraceEvent) => void;
  readonly file?: TraceFile;
}

/** Opens what `--trace` and `--pcapng` ask for. */
export async function openTraces(
  choice: TraceChoice,
  pcapng: string | undefined,
  about: PcapngAbout,
): Promise<Traces> {
  const writers: Writer[] = [];
  const close = (): void => {
    for (const { file } of writers.splice(0)) file?.close();
  };
  try {
    if (choice.format !== 'none') writers.push(await lines(choice.format, choice.file, about));
    if (pcapng !== undefined) writers.push(await capture(pcapng, about));
  } catch (error) {
    close();
    throw error;
  }
  return { event: (event) => writers.forEach((writer) => writer.event(event)), close };
}

async function lines(
  format: 'text' | 'json',
  name: string | undefined,
  { device, bootloader }: PcapngAbout,
): Promise<Writer> {
  const file = name === undefined ? undefined : new TraceFile(name);
  const write = (line: string): void => {
    if (file === undefined) process.stderr.write(`${line}\n`);
    else file.write(`${line}\n`);
  };
  const writer = file === undefined ? {} : { file };
  if (format === 'text') {
    const { formatEvent } = await import('../trace-text.ts');
    return { ...writer, event: (event) => write(formatEvent(event)) };
  }
  const { formatJsonEvent, formatJsonHeader } = await import('../trace-json.ts');
  write(formatJsonHeader({ device, bootloader }));
  return { ...writer, event: (event) => write(formatJsonEvent(event)) };
}

async function capture(name: string, about: PcapngAbout): Promise<Writer> {
  const { PcapngWriter } = await import('../trace-pcapng.ts');
  const file = new TraceFile(name);
  const packets = new PcapngWriter(about);
  file.write(...packets.header());
  return { file, event: (event) => file.write(...packets.event(event)) };
}
