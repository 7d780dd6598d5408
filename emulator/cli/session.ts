import type { Bootloader, Device } from '../../families/index.ts';
import { createBoard, type ConnectedBoard } from '../connect/create-board.ts';
import { chooseDevice } from '../board/device-name.ts';
import { EmulatorError } from '../errors.ts';
import { versionOf } from '../board/set-up.ts';
import type { TraceEvent } from '../trace/trace.ts';
import type { BoardSetup } from './board-options.ts';
import type { Identity } from './state/kept-chip.ts';
import { loadImages } from './images/load-images.ts';
import { checkSaveName, saveImage } from './images/save-image.ts';
import { checkIdentity, checkMemories, uidText } from './state/state-check.ts';
import type { StateFolder } from './state/state.ts';
import { openTraces, type Traces } from './traces/traces.ts';

/** A board as the command line makes it, with its state folder, its traces and its file to save. */
export class BoardSession implements AsyncDisposable {
  readonly board: ConnectedBoard;
  readonly #saveFile: string | undefined;
  readonly #state: StateFolder | undefined;
  readonly #traces: Traces;
  /** When virtual time was 0, ms since 1970, of a board that was made to run in real time. */
  readonly startedAt: number | undefined;

  constructor(
    board: ConnectedBoard,
    saveFile: string | undefined,
    state: StateFolder | undefined,
    traces: Traces,
    startedAt: number | undefined,
  ) {
    this.board = board;
    this.#saveFile = saveFile;
    this.#state = state;
    this.#traces = traces;
    this.startedAt = startedAt;
  }

  /** Writes main flash to the file of `--save`; returns its name. */
  async save(): Promise<string> {
    const file = this.#saveFile;
    if (file === undefined) throw new EmulatorError('no file to save to: start with --save FILE');
    const { board } = this;
    await saveImage(file, () => board.flashImage(), [board.chip.flash.cells]);
    return file;
  }

  /** Closes the links, then writes and closes the files; nothing is left out because another failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const steps: (() => unknown)[] = [
      () => this.board[Symbol.asyncDispose](),
      () => this.#state?.close(),
      () => (this.#saveFile === undefined ? undefined : this.save()),
      () => this.#traces.close(),
    ];
    const errors: unknown[] = [];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1) throw new AggregateError(errors);
    if (errors.length > 0) throw errors[0];
  }
}

/** What keeps a chip checks it with schemas, whose loading a board without it does not wait for. */
async function openState(folder: string): Promise<StateFolder> {
  const { StateFolder } = await import('./state/state.ts');
  return await StateFolder.open(folder);
}

/** Makes the board that the options describe; `watch` sees every event of it. */
export async function openSession(
  setup: BoardSetup,
  watch: (event: TraceEvent) => void,
): Promise<BoardSession> {
  const { save, stateFolder, options } = setup;
  if (save !== undefined) checkSaveName(save);
  const chosen = chooseDevice(setup.name, options.flashKiB);
  const state = stateFolder === undefined ? undefined : await openState(stateFolder);
  let traces: Traces | undefined;
  try {
    const kept = state?.kept;
    const flashKiB = chosen.sizeGiven
      ? chosen.flashKiB
      : (kept?.identity.flashKiB ?? chosen.flashKiB);
    if (kept !== undefined) checkIdentity(stateFolder!, kept.identity, chosen, options);
    const asked = options.bootloader ?? kept?.identity.bootloader;
    const rom = versionOf(chosen.device, flashKiB, asked);
    const load = await loadImages(setup.loads, chosen.device, flashKiB);
    if (kept !== undefined) {
      checkMemories(stateFolder!, kept, chosen.device, { ...options, load });
    }
    const bootloader = rom.version;
    const uid = options.uid === undefined ? kept?.identity.uid : uidText(options.uid);
    const identity: Identity = {
      device: chosen.device.id,
      flashKiB,
      bootloader,
      ...(uid === undefined ? {} : { uid }),
    };
    const ports = usartsOf(chosen.device, rom).map((port) => ({
      name: port,
      bus: 'uart' as const,
    }));
    const startedAt = options.speed === 'real' ? Date.now() : undefined;
    const about = { device: identity.device, bootloader, ports, startedAt };
    const opened = await openTraces(setup.trace, setup.pcapng, about);
    traces = opened;
    const { rdp: _rdp, options: _fields, ...unset } = options;
    const board = await createBoard(setup.name, {
      ...(kept === undefined ? { ...options, load } : { ...unset, memories: kept.memories }),
      ...(uid === undefined ? {} : { uid: Buffer.from(uid, 'hex') }),
      flashKiB,
      bootloader,
      onBoard: (made) => state?.keep(identity, made.memories),
      onTrace: (event) => {
        state?.flush(); // before anything of what follows the operation can be seen
        opened.event(event);
        watch(event);
      },
    });
    return new BoardSession(board, save, state, opened, startedAt);
  } catch (error) {
    state?.close();
    await traces?.close();
    throw error;
  }
}

function usartsOf({ interfaces }: Device, rom: Bootloader): readonly string[] {
  return interfaces
    .filter(({ name, protocol }) => protocol === 'USART' && rom.interfaces.includes(name))
    .map(({ name }) => name);
}
