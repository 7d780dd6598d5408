import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Height of a row in CSS pixels, as page.css has it. */
const ROW = 22;
/** Rows beyond what is seen, for a scroll that is faster than a frame. */
const SPARE = 8;

interface VirtualListProps {
  readonly label: string;
  readonly length: number;
  /** Draws the rows from one index up to another. */
  readonly rows: (from: number, end: number) => ComponentChildren;
  /** The row to bring into sight, Infinity the end; another object brings it again. */
  readonly show?: { readonly index: number } | undefined;
  readonly empty: string;
}

/** A list of which only the rows in sight are in the document; it follows its end while that is in sight. */
export function VirtualList({ label, length, rows, show, empty }: VirtualListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(0);

  useLayoutEffect(() => {
    const sized = new ResizeObserver(() => setHeight(box.current!.clientHeight));
    sized.observe(box.current!);
    return () => sized.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (follows.current) box.current!.scrollTop = length * ROW;
  }, [length, height]);
  useLayoutEffect(() => {
    if (show === undefined) return;
    follows.current = show.index === Infinity;
    if (follows.current) box.current!.scrollTop = length * ROW;
    else box.current!.scrollTop = show.index * ROW - box.current!.clientHeight / 2;
  }, [show]);

  const from = Math.max(0, Math.min(Math.floor(top / ROW), length) - SPARE);
  const end = Math.min(length, Math.ceil((top + height) / ROW) + SPARE);
  return (
    <div
      ref={box}
      class="list"
      role="region"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollTop + clientHeight >= scrollHeight - ROW;
        setTop(scrollTop);
      }}
    >
      {length === 0 ? <p class="empty">{empty}</p> : null}
      <div class="list-all" style={{ height: `${length * ROW}px` }}>
        <ol class="list-seen" style={{ transform: `translateY(${from * ROW}px)` }}>
          {rows(from, end)}
        </ol>
      </div>
    </div>
  );
}
