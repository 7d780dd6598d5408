import type { CanFrame } from '../../interfaces/can/pins.ts';

/** Data lengths by the digit of the DLC; 9 to F in CAN FD only. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64];

/** Letters of frames: classic, CAN FD without and with bit rate switch; upper case has 29 bits of identifier. */
const KINDS: Readonly<Record<string, Pick<CanFrame, 'fd' | 'brs'> | 'remote'>> = {
  t: { fd: false, brs: false },
  d: { fd: true, brs: false },
  b: { fd: true, brs: true },
  r: 'remote',
};

/** The frame of a command `t…`, `T…`, `d…`, `D…`, `b…`, `B…`; `remote` of `r…`, `R…`; undefined where it is none. */
export function parseSlcanFrame(line: string): CanFrame | 'remote' | undefined {
  const letter = line.slice(0, 1);
  const kind = KINDS[letter.toLowerCase()];
  if (kind === undefined || !/^.[0-9a-f]+$/i.test(line)) return undefined;
  const extended = letter !== letter.toLowerCase();
  const digits = extended ? 8 : 3;
  const id = Number.parseInt(line.slice(1, 1 + digits), 16);
  const dlc = Number.parseInt(line.slice(1 + digits, 2 + digits), 16);
  const rest = line.slice(2 + digits);
  if (Number.isNaN(dlc) || id > (extended ? 0x1fff_ffff : 0x7ff)) return undefined;
  if (kind === 'remote') return dlc <= 8 && rest === '' ? 'remote' : undefined;
  const length = LENGTHS[dlc]!;
  if (rest.length !== 2 * length || (dlc > 8 && !kind.fd)) return undefined;
  const data = Uint8Array.from({ length }, (_, at) =>
    Number.parseInt(rest.slice(2 * at, 2 * at + 2), 16),
  );
  return { id, extended, ...kind, data };
}

/** The command that stands for a frame. */
export function formatSlcanFrame({ id, extended, fd, brs, data }: CanFrame): string {
  const kind = brs ? 'b' : fd ? 'd' : 't';
  const letter = extended ? kind.toUpperCase() : kind;
  const dlc = LENGTHS.findIndex((length) => length >= data.length);
  const bytes = Array.from({ length: LENGTHS[dlc]! }, (_, at) => hex(data[at] ?? 0, 2)).join('');
  return `${letter}${hex(id, extended ? 8 : 3)}${hex(dlc, 1)}${bytes}`;
}

const hex = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');
