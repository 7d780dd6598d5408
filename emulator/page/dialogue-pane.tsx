import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { seconds } from './formats.ts';
import type { DialogueLine, Model } from './model.ts';
import { VirtualList } from './virtual-list.tsx';

/** How often a screen reader is told of what was refused last, ms. */
const SAY_MS = 2000;

/** What host and chip say to each other, in the words of the application notes. */
export function DialoguePane({ model }: { readonly model: Model }): JSX.Element {
  const { dialogue } = model;
  return (
    <section class="pane dialogue" aria-labelledby="dialogue-title">
      <header>
        <h2 id="dialogue-title">Dialogue</h2>
        <span class="dim">{dialogue.length} lines</span>
      </header>
      <VirtualList
        label="Lines of the dialogue"
        length={dialogue.length}
        empty="Nothing yet: run a flashing tool on one of the ports."
        rows={(from, end) =>
          dialogue.slice(from, end).map((line) => <Row key={line.seq} {...line} />)
        }
      />
      <Said line={dialogue.at(dialogue.length - 1)} />
    </section>
  );
}

function Row({ time, where, text, result, outcome }: DialogueLine) {
  return (
    <li class={`row ${outcome ?? 'aside'}`}>
      <span class="time">{seconds(time)}</span>
      <span class="where">{where}</span>
      <span class="text">
        {text}
        {outcome === undefined || (outcome === 'refused' && result === undefined) ? null : (
          <span class="result"> → {result ?? '…'}</span>
        )}
      </span>
    </li>
  );
}

/** The last line for those who listen, now and then: thousands come in a second. */
function Said({ line }: { readonly line: DialogueLine | undefined }) {
  const last = useRef(line);
  last.current = line;
  const [said, say] = useState('');
  useEffect(() => {
    const timer = setInterval(() => {
      const { text, result } = last.current ?? { text: '' };
      say(result === undefined ? text : `${text}: ${result}`);
    }, SAY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
