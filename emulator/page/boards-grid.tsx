import type { JSX } from 'preact';
import type { BoardState } from '../cli/control/api/schemas.ts';
import { stateName } from './board-pane.tsx';

/** All boards of the server, each with what it does. */
export function BoardsGrid({ boards }: { readonly boards: readonly BoardState[] }): JSX.Element {
  if (boards.length === 0) {
    return (
      <p class="pane empty">
        There is no board yet. <code>POST /boards</code> makes one: see{' '}
        <a href="openapi.json">the API</a>.
      </p>
    );
  }
  return (
    <ul class="grid">
      {boards.map((board) => (
        <li key={board.id}>
          <a class="pane card" href={`#board=${board.id}`}>
            <strong>{board.id}</strong>
            <span class={`state ${board.state}`}>{stateName(board)}</span>
            <span class="dim">
              {board.device}, {board.flashKiB} KiB
            </span>
            <span class="dim">
              {board.selected ?? 'no port selected'}
              {board.protection === 0 ? '' : `, protected at level ${board.protection}`}
            </span>
            <span class="dim">
              {board.events['command'] ?? 0} commands, {board.events['nack'] ?? 0} refused
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
