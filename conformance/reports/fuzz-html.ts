import type { Failure } from '../fuzz/campaign.ts';
import { escaped } from './escaped.ts';
import { fuzzReplayLine, stateTable } from './fuzz.ts';
import type { FuzzReport, StateRow } from './fuzz.ts';
import { STYLE } from './html-style.ts';
import { exchangeLines } from './words.ts';

/** A campaign as one page that needs no network and no script: what failed, and which events met which states. */
export function fuzzPage(report: FuzzReport): string {
  const { target, device, bootloader, protocol, sessions, failures, seed, over } = report;
  const rows = stateTable(report);
  const cells = rows.reduce((sum, { events }) => sum + events.length, 0);
  const holes = rows.reduce((sum, row) => sum + holesOf(row).length, 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>vstm32 fuzz</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Random sessions</h1></header>
<main>
<section class="target"><h2>${escaped(target)}</h2>
<p>${escaped(device)}, bootloader ${escaped(bootloader)}, protocol ${escaped(protocol)}. ${sessions} sessions from seed ${seed}.</p>
${over === undefined ? '' : `<p class="insane">Ended early: ${escaped(over)}.</p>`}</section>
${failures.length === 0 ? '<p class="fine">Nothing failed.</p>' : `<h2>Different failures: ${failures.length}</h2>`}
${failures.map((failure) => failureOf(report, failure)).join('\n')}
<h2>States and events</h2>
<p>${rows.length} states of the dialogue; ${cells - holes} of ${cells} pairs of a state and an event were seen.</p>
${rows.map(rowOf).join('\n')}
</main>
</body>
</html>
`;
}

function failureOf(report: FuzzReport, failure: Failure): string {
  const steps = exchangeLines(failure).map((line) => `<li><code>${escaped(line)}</code></li>`);
  return `<div class="case"><p>${escaped(failure.finding.says)}</p>
<ol>${steps.join('')}</ol>
<p class="replay"><code>${escaped(fuzzReplayLine(report, failure))}</code></p></div>`;
}

function rowOf(row: StateRow): string {
  const seen = row.events.filter(({ count }) => count > 0);
  const holes = holesOf(row);
  return `<details><summary><span class="name">${escaped(row.state)}</span> <small>${seen.length} events, ${holes.length} holes</small></summary>
<ul class="counts">${seen.map(({ event, count }) => `<li>${escaped(event)} <b>${count}</b></li>`).join('')}</ul>
${holes.length === 0 ? '' : `<p><small>Never: ${escaped(holes.join(', '))}.</small></p>`}
</details>`;
}

function holesOf({ events }: StateRow): readonly string[] {
  return events.filter(({ count }) => count === 0).map(({ event }) => event);
}
