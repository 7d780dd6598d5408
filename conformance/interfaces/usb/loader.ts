import { dfuOf } from '../../../families/index.ts';
import { ConformanceError } from '../../errors.ts';
import {
  ANSWER,
  FIRST_BLOCK,
  GONE,
  download,
  getDescriptor,
  getStatus,
  report,
  setPointer,
} from './host.ts';
import { hear, send } from '../../run/exchange.ts';
import type { Part } from '../../part/part.ts';
import { dfu } from './index.ts';
import type { Channel, Target } from '../../run/target.ts';
import { LoaderRefused } from '../loader.ts';
import { MovesLoader } from '../moves-loader.ts';

/** Longest descriptor of a string. */
const LONGEST = 255;

/** Over AN3156. */
export class DfuLoader extends MovesLoader {
  readonly #channel: Channel;
  readonly #times: Pick<Target, 'part' | 'quietMs' | 'replyMs'>;

  constructor(channel: Channel, target: Pick<Target, 'part' | 'quietMs' | 'replyMs'>) {
    super(channel, target, dfu);
    this.#channel = channel;
    this.#times = target;
  }

  /** DFU tells no ID: what the layout string says of the flash has to be what the part has. */
  async productId(): Promise<number> {
    const { device, flashKiB, name, quirks } = this.part;
    const told = await this.#flashKiB();
    if (told !== flashKiB && !quirks.has('dfu-flash-string-wrong')) {
      throw new ConformanceError(
        `the board says that it has ${told} KiB of flash, not ${flashKiB} as ${name}: name its part with --device, its size with --flash-size`,
        { exitCode: 3 },
      );
    }
    return device.productId;
  }

  /** The device is reset before it can report that they were written. */
  override async writeOptions(start: number, bytes: Uint8Array): Promise<void> {
    await this.play([
      ...setPointer(this.part, start),
      download(FIRST_BLOCK, [...bytes]),
      getStatus(report('dfuDNBUSY'), { ...GONE, goOn: [] }),
      getStatus(GONE, report('dfuDNLOAD-IDLE')),
    ]);
  }

  /** Size of the flash by the name of alternate setting 0: `@Internal Flash  /0x08000000/04*016Kg,01*064Kg`. */
  async #flashKiB(): Promise<number> {
    const step = getDescriptor('string', firstString(this.part), LONGEST);
    await send(this.#channel, step);
    const got = await hear(this.#channel, this.#times);
    const text = Buffer.from(got.slice(3)).toString('utf16le');
    const units = [...text.matchAll(/(\d+)\*(\d+)([KM ])/g)];
    if (got[0] !== ANSWER.DATA || units.length === 0) throw new LoaderRefused(step.name, got);
    const factors: Readonly<Record<string, number>> = { M: 1024, K: 1 };
    return units.reduce(
      (sum, [, count, size, unit]) =>
        sum + Number(count) * Number(size) * (factors[unit!] ?? 1 / 1024),
      0,
    );
  }
}

function firstString({ device }: Part): number {
  return dfuOf(device).firstAlternateString;
}
