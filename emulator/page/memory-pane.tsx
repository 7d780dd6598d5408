import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BoardState } from '../cli/control/api/schemas.ts';
import { ask, get } from './api.ts';
import { hex, numberOf } from './formats.ts';

interface Memory {
  readonly name: string;
  readonly address: number;
  readonly length: number;
}

const SHOWN = 256;
/** As many bytes in a row as there is room for. */
const IN_ROW = matchMedia('(max-width: 520px)').matches ? 8 : 16;

/** Bytes of a memory in hex, whatever protects them. */
export function MemoryPane({
  board,
  address,
  setAddress,
}: {
  readonly board: BoardState;
  readonly address: number | undefined;
  readonly setAddress: (address: number) => void;
}): JSX.Element {
  const [memories, setMemories] = useState<readonly Memory[]>([]);
  const [bytes, setBytes] = useState<Uint8Array>(new Uint8Array());
  const [typed, setTyped] = useState<string>();
  useEffect(() => {
    void get<readonly Memory[]>(`boards/${board.id}/memories`).then(setMemories);
  }, [board.id]);

  const holds = ({ address: start, length }: Memory, at: number): boolean =>
    at >= start && at < start + length;
  const memory =
    memories.find((each) => address !== undefined && holds(each, address)) ?? memories[0];
  const at = memory === undefined ? 0 : alignedIn(memory, address ?? memory.address);
  // what happens to the chip may have changed it
  const { program = 0, erase = 0, reset = 0, power = 0, last = 0 } = board.events;
  const changes = memory?.name === 'flash' ? program + erase + reset + power : last;
  useEffect(() => {
    if (memory === undefined) return;
    const length = Math.min(SHOWN, memory.address + memory.length - at);
    const query = `offset=${at - memory.address}&length=${length}`;
    let gone = false;
    void ask('GET', `boards/${board.id}/memories/${encodeURIComponent(memory.name)}?${query}`)
      .then(async (response) => new Uint8Array(await response.arrayBuffer()))
      .then((read) => gone || setBytes(read))
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [memory, at, changes]);

  if (memory === undefined) return <div class="tab-body" />;
  const move = (by: number): void => {
    setTyped(undefined);
    setAddress(alignedIn(memory, at + by));
  };
  const asked = typed === undefined ? at : numberOf(typed);
  const isThere = asked !== undefined && memories.some((each) => holds(each, asked));
  return (
    <div class="tab-body memory">
      <div class="tools">
        <label>
          Memory{' '}
          <select
            value={memory.name}
            onChange={({ currentTarget }) => {
              setTyped(undefined);
              setAddress(memories.find(({ name }) => name === currentTarget.value)!.address);
            }}
          >
            {memories.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Address{' '}
          <input
            class="address"
            value={typed ?? hex(at)}
            aria-invalid={!isThere}
            onInput={({ currentTarget: { value } }) => {
              setTyped(value);
              const wanted = numberOf(value);
              if (wanted !== undefined && memories.some((each) => holds(each, wanted))) {
                setAddress(wanted);
              }
            }}
            onBlur={() => setTyped(undefined)}
          />
        </label>
        <button type="button" onClick={() => move(-SHOWN)}>
          Back
        </button>
        <button type="button" onClick={() => move(SHOWN)}>
          On
        </button>
      </div>
      <div class="dump" role="region" aria-label={`Bytes of ${memory.name}`} tabIndex={0}>
        <table>
          <caption class="unseen">
            {bytes.length} bytes from {hex(at)} on
          </caption>
          <tbody>
            {Array.from({ length: Math.ceil(bytes.length / IN_ROW) }, (_, row) => {
              const part = [...bytes.subarray(row * IN_ROW, (row + 1) * IN_ROW)];
              return (
                <tr key={row}>
                  <th scope="row">{hex(at + row * IN_ROW)}</th>
                  <td>{part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}</td>
                  <td class="ascii">
                    {part
                      .map((byte) =>
                        byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
                      )
                      .join('')}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** The start of the row that an address lies in, within the memory. */
function alignedIn({ address, length }: Memory, at: number): number {
  const last = address + Math.max(0, length - IN_ROW);
  const row = address + Math.floor((at - address) / IN_ROW) * IN_ROW;
  return Math.max(address, Math.min(row, last));
}
