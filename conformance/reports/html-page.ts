import { createHash } from 'node:crypto';
import { escaped } from './escaped.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { mark } from './html-parts.ts';
import type { Look } from './html-parts.ts';
import type { PerhapsMade } from './made.ts';

/** A page: what stands above its rows, and the rows. */
interface Page extends PerhapsMade {
  readonly title: string;
  readonly intro?: string | undefined;
  /** HTML above the form that searches. */
  readonly above: string;
  /** Of what the rows are, as a heading. */
  readonly of: string;
  /** Kinds of rows, and how many are of each. */
  readonly kinds: readonly (Look & { readonly count: number })[];
  /** HTML of the sections. */
  readonly rows: string;
  /** HTML behind the rows. */
  readonly annex?: string | undefined;
}

/** Nothing but what is in the page itself is loaded or run, whatever stands in a name or a message. */
const POLICY = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; base-uri 'none'; form-action 'none'`;

/** One page that needs no network; its script only searches, and without it everything is shown. */
export function htmlPage(page: Page): string {
  const { title, intro, above, of, kinds, rows, annex } = page;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>vstm32: ${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1>${madeBy(page)}${intro === undefined ? '' : `<p>${escaped(intro)}</p>`}</header>
<main>
${above}
<h2>${escaped(of)}</h2>
<form class="find" role="search" hidden>
<label class="search">Search <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="name, section, requirement, bytes"></label>
<label><input type="checkbox" name="bad"> Only what is unexpected</label>
<button type="reset">Show all</button>
<output></output>
<fieldset><legend class="unseen">Only rows with</legend>${kinds.map(kindBox).join('\n')}</fieldset>
</form>
${rows}
${annex ?? ''}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** A section of rows under its heading. */
export function htmlSection(heading: string, folds: readonly string[]): string {
  return `<section class="rules"><h3>${escaped(heading)}</h3>\n${folds.join('\n')}\n</section>`;
}

function kindBox({ count, ...look }: Page['kinds'][number]): string {
  const name = escaped(look.name);
  return `<label><input type="checkbox" name="kind" value="${kindKey(look.name)}"> ${mark({ ...look, name: '' })} ${name} <small>${count}</small></label>`;
}

/** A kind as one word. */
export function kindKey(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '-');
}

function madeBy({ vstm32, date, tookMs }: PerhapsMade): string {
  if (vstm32 === undefined || date === undefined) return '';
  const took = tookMs === undefined ? '' : `, ${(tookMs / 1000).toFixed(1)} s`;
  return `<p>vstm32 ${escaped(vstm32)}, ${escaped(date)}${took}</p>`;
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
