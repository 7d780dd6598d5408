import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { BoardState } from '../cli/control/api/schemas.ts';
import { TokenWanted, ask, download, useToken } from './api.ts';
import type { Act } from './api.ts';
import { BoardPane } from './board-pane.tsx';
import { BoardsGrid } from './boards-grid.tsx';
import { DialoguePane } from './dialogue-pane.tsx';
import { FaultsPane } from './faults-pane.tsx';
import { FlashPane } from './flash-pane.tsx';
import { MemoryPane } from './memory-pane.tsx';
import { Model } from './model.ts';
import { OptionsPane } from './options-pane.tsx';
import { TracePane } from './trace-pane.tsx';

/** The board that the address names. */
function openedByAddress(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get('board') ?? undefined;
}

/** The whole page. */
export function App(): JSX.Element {
  const [, draw] = useState(0);
  const [wrong, setWrong] = useState<string>();
  const model = useMemo(() => new Model(() => draw((frame) => frame + 1)), []);
  useEffect(() => {
    const open = (): void => model.open(openedByAddress());
    addEventListener('hashchange', open);
    open();
    return () => removeEventListener('hashchange', open);
  }, []);

  const boards = [...model.boards.values()];
  const only = boards.length === 1 ? boards[0]!.id : undefined;
  useEffect(() => {
    if (only !== undefined && model.opened === undefined) model.open(only);
  }, [only]);
  const isOpened = model.opened !== undefined && model.absent === undefined;
  const board = isOpened ? model.boards.get(model.opened!) : undefined;
  const title = board?.device ?? (model.status === 'open' ? `${boards.length} boards` : '');
  useEffect(() => {
    document.title = title === '' ? 'vstm32' : `${title} – vstm32`;
  }, [title]);

  const act: Act = async (method, path, body) => {
    try {
      await ask(method, path, body);
      setWrong(undefined);
      return true;
    } catch (error) {
      if (error instanceof TokenWanted) model.connect();
      setWrong(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  const save = (path: string, name: string): void =>
    void download(path, name).catch((error: Error) => setWrong(error.message));

  if (model.status === 'token') return <TokenForm model={model} />;
  return (
    <>
      <header class="top">
        <h1>
          {boards.length > 1 && model.opened !== undefined ? <a href="#">All boards</a> : 'vstm32'}
          {board === undefined ? null : (
            <>
              <span class="dim"> / </span>
              {boards.length > 1 ? `${board.id} ` : ''}
              {board.device}
            </>
          )}
        </h1>
        {board === undefined ? null : (
          <nav class="downloads" aria-label="Downloads">
            <button
              type="button"
              onClick={() => save(`boards/${board.id}/image`, `${board.id}.bin`)}
            >
              Image .bin
            </button>
            <button
              type="button"
              onClick={() => save(`boards/${board.id}/image?format=hex`, `${board.id}.hex`)}
            >
              Image .hex
            </button>
            <button
              type="button"
              onClick={() => save(`boards/${board.id}/capture`, `${board.id}.pcapng`)}
            >
              Capture .pcapng
            </button>
          </nav>
        )}
      </header>
      <main>
        {model.status === 'lost' ? (
          <p class="notice" role="alert">
            The server does not answer: it has ended, or is out of reach. This page asks again.
          </p>
        ) : null}
        {wrong === undefined ? null : (
          <p class="notice" role="alert">
            {wrong}{' '}
            <button type="button" onClick={() => setWrong(undefined)}>
              Close
            </button>
          </p>
        )}
        {board !== undefined ? (
          <OpenedBoard key={board.id} board={board} model={model} act={act} />
        ) : model.status !== 'open' ? null : (
          <>
            {model.absent === undefined ? null : (
              <p class="notice" role="alert">
                {model.absent === 'removed'
                  ? `The board ${model.opened} was removed.`
                  : `There is no board called ${model.opened}.`}{' '}
                {boards.length === 0 ? 'This server has no other.' : 'These are there:'}
              </p>
            )}
            {model.absent !== undefined || model.opened === undefined ? (
              <BoardsGrid boards={boards} />
            ) : null}
          </>
        )}
      </main>
    </>
  );
}

const TABS = ['Trace', 'Memory', 'Option bytes', 'Faults'] as const;
type Tab = (typeof TABS)[number];

function OpenedBoard({
  board,
  model,
  act,
}: {
  readonly board: BoardState;
  readonly model: Model;
  readonly act: Act;
}) {
  const [tab, setTab] = useState<Tab>('Option bytes');
  const [address, setAddress] = useState<number>();
  const panel = useRef<HTMLDivElement>(null);
  const openAt = (at: number): void => {
    setAddress(at);
    setTab('Memory');
    panel.current?.scrollIntoView({ block: 'nearest' });
  };
  const { units, flash } = model;
  const map = useMemo(
    () => <FlashPane units={units} flash={flash} onOpen={openAt} />,
    [units, flash],
  );
  return (
    <div class="opened">
      <div class="left">
        <BoardPane board={board} act={act} />
        {map}
      </div>
      <div class="right">
        <DialoguePane model={model} />
        <section class="pane tabs" ref={panel}>
          <TabList tab={tab} choose={setTab} />
          <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${TABS.indexOf(tab)}`}>
            {tab === 'Trace' ? <TracePane model={model} /> : null}
            {tab === 'Memory' ? (
              <MemoryPane board={board} address={address} setAddress={setAddress} />
            ) : null}
            {tab === 'Option bytes' ? <OptionsPane board={board} act={act} /> : null}
            {tab === 'Faults' ? <FaultsPane board={board} act={act} /> : null}
          </div>
        </section>
      </div>
    </div>
  );
}

function TabList({ tab, choose }: { readonly tab: Tab; readonly choose: (tab: Tab) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const move = (to: number): void => {
    const index = (to + TABS.length) % TABS.length;
    choose(TABS[index]!);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  };
  return (
    <div class="tab-list" role="tablist" ref={list}>
      {TABS.map((name, index) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${index}`}
          aria-controls="tab-panel"
          aria-selected={name === tab}
          tabIndex={name === tab ? 0 : -1}
          onClick={() => choose(name)}
          onKeyDown={({ key }) => {
            if (key === 'ArrowRight') move(index + 1);
            else if (key === 'ArrowLeft') move(index - 1);
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function TokenForm({ model }: { readonly model: Model }) {
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  return (
    <main>
      <form
        class="pane token"
        onSubmit={(event) => {
          event.preventDefault();
          useToken(words);
          setTried(true);
          model.connect();
        }}
      >
        <h1>This server wants its token</h1>
        <label>
          The words of <code>--token</code>
          <input
            type="password"
            autoComplete="off"
            value={words}
            onInput={({ currentTarget }) => setWords(currentTarget.value)}
          />
        </label>
        <button type="submit">Open</button>
        {tried ? <p role="alert">Those are not the words.</p> : null}
      </form>
    </main>
  );
}
