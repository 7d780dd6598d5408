/** Style of the page: readable on a telephone, on paper, and in the dark. */
export const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700;--info:#0969da;--worst:#8e24aa;--none:#8c959f}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main{max-width:64rem;margin:auto;padding:0 1rem}
h1{font-size:1.5rem;margin:1.2rem 0 .4rem}
h2{font-size:1.15rem;margin:1.4rem 0 .3rem}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
h4{font-size:.95rem;margin:.6rem 0 0}
h5{font-size:.85rem;margin:.5rem 0 0}
pre{font:.8em/1.4 ui-monospace,monospace;overflow-x:auto;margin:.2rem 0;max-height:30rem}
p{margin:.3rem 0}
small{opacity:.75;font-weight:normal}
code{font:.85em/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
.v{display:inline-block;width:1.35em;height:1.35em;line-height:1.35em;text-align:center;border-radius:.25em;color:#fff;font-weight:bold;font-size:.8em;background:var(--none)}
.v.good{background:var(--good)}.v.bad{background:var(--bad)}.v.worst{background:var(--worst)}
.v.warn{background:var(--warn)}.v.info{background:var(--info)}
.number{display:inline-block;min-width:1.4em;text-align:center;border:1px solid var(--line);border-radius:1em;font-size:.75em}
.counts,.unexpected{list-style:none;padding:0;margin:.3rem 0;display:flex;flex-wrap:wrap;gap:.3rem 1rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem .9rem;font-size:.85em}
.fine{color:var(--good);font-weight:bold}.trouble,.wrong{color:var(--bad)}
details{border-bottom:1px solid var(--line)}
summary{cursor:pointer;padding:.25rem 0;display:flex;flex-wrap:wrap;justify-content:space-between;gap:.2rem .8rem}
summary .name{flex:1 1 12rem}
.marks{display:inline-flex;flex-wrap:wrap;gap:2px}
.case{background:var(--soft);border-radius:.4em;padding:.2rem .7rem .5rem;margin:.4rem 0}
.case ol{margin:.3rem 0;padding-left:1.4rem;font-size:.92em}
.replay{font-size:.9em;opacity:.85}
@media print{details{break-inside:avoid}}
`;
