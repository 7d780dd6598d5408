/**
 * Style of every page that a command writes: readable on a telephone, on paper, and in the dark. Its colours are those
 * of the live page, `emulator/page/page.css`.
 */
export const STYLE = `
:root{color-scheme:light dark;
--page:light-dark(#f3f4f6,#14171c);--pane:light-dark(#ffffff,#1c2027);--edge:light-dark(#dcdfe5,#2e343e);
--ink:light-dark(#1b2230,#e2e6ed);--dim:light-dark(#5a6475,#99a3b3);--accent:light-dark(#0b63a5,#6cb6f0);
--on:light-dark(#16794c,#43b581);--bad:light-dark(#b3261e,#ff8d85);--warn:light-dark(#8a5300,#e9ad55);
--field:light-dark(#ffffff,#14171c);--control:light-dark(#f3f4f6,#272c35);
--worst:light-dark(#7b1fa2,#d7a3f5);--mark:light-dark(#ffdcd8,#5c2320);--radius:8px;
--mono:ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',Consolas,monospace;
font:14px/1.45 system-ui,'Segoe UI','DejaVu Sans',sans-serif}
*,::before,::after{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere}
header,main{max-width:76rem;margin:auto;padding:0 16px}
main{padding-bottom:32px}
h1{font-size:17px;margin:16px 0 2px}
h2{font-size:15px;margin:20px 0 6px}
h3{font-size:14px;margin:16px 0 4px}
h4,h5{font-size:13px;margin:8px 0 2px}
h5{color:var(--dim)}
h1,h2,h3,h4,h5{font-weight:600}
p{margin:3px 0}
a{color:var(--accent)}
small{color:var(--dim);font-size:12.5px;font-weight:normal}
header p,.about{color:var(--dim)}
code,pre,.memory table{font-family:var(--mono);font-size:12.5px}
pre{overflow-x:auto;margin:2px 0;max-height:30rem;line-height:1.4}
:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.v{display:inline-block;min-width:18px;height:18px;line-height:18px;padding:0 2px;text-align:center;border-radius:4px;color:var(--pane);font-weight:bold;font-size:12px;background:var(--dim)}
.v.good{background:var(--on)}.v.bad{background:var(--bad)}.v.worst{background:var(--worst)}
.v.warn{background:var(--warn)}.v.info{background:var(--accent)}
.number{display:inline-block;min-width:20px;padding:0 4px;text-align:center;border:1px solid var(--edge);border-radius:10px;font-size:11.5px;font-weight:normal;color:var(--dim)}
.targets{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:12px;margin:12px 0}
.target{background:var(--pane);border:1px solid var(--edge);border-radius:var(--radius);padding:10px 14px;min-width:0}
.target h2{margin:0 0 2px}
.counts{list-style:none;padding:0;margin:6px 0 0;display:flex;flex-wrap:wrap;gap:4px 14px}
.unexpected{margin:4px 0;padding-left:18px;max-height:15rem;overflow:auto}
.fine{color:var(--on);font-weight:600}.trouble{color:var(--bad)}
.find{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;align-items:center;gap:8px 14px;margin:8px 0;padding:10px 14px;background:var(--pane);border:1px solid var(--edge);border-radius:var(--radius)}
.find label{display:inline-flex;align-items:center;gap:6px}
.find .search{flex:1 1 16rem;color:var(--dim)}
.find fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 12px;flex:1 1 100%}
.find input[type=search]{flex:1;min-width:0}
input,button{font:inherit;color:var(--ink);border:1px solid var(--edge);border-radius:6px;padding:3px 8px;min-height:30px;background:var(--field)}
button{background:var(--control);cursor:pointer}
input[type=checkbox]{min-height:0;margin:0;width:15px;height:15px;accent-color:var(--accent)}
output{color:var(--dim)}
.unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.rules>details,.folds>details{background:var(--pane);border:1px solid var(--edge);border-bottom-width:0;content-visibility:auto;contain-intrinsic-size:auto 34px}
.rules>h3+details,.folds>details:first-child{border-top-left-radius:var(--radius);border-top-right-radius:var(--radius)}
.rules>details:last-child,.folds>details:last-child{border-bottom-width:1px;border-bottom-left-radius:var(--radius);border-bottom-right-radius:var(--radius)}
details{padding:0 14px;scroll-margin-top:120px}
summary{cursor:pointer;margin:0 -14px;padding:6px 14px;display:flex;flex-wrap:wrap;align-items:center;gap:3px 12px;border-radius:var(--radius)}
summary::before{content:'';flex:none;border:5px solid transparent;border-left-color:var(--dim);margin-right:-8px}
details[open]>summary::before{transform:rotate(90deg) translate(2px,2px)}
summary::-webkit-details-marker{display:none}
summary .name{flex:1 1 12rem}
.marks{display:inline-flex;flex-wrap:wrap;gap:2px;align-items:center}
.case{border-top:1px solid var(--edge);padding:4px 0 10px;min-width:0}
.case ol{margin:4px 0;padding-left:22px}
.case li{margin:1px 0}
.wrong>i{color:var(--bad)}
.replay{color:var(--dim)}
.sides{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 14px;margin:2px 0 6px}
.sides>div{border-left:3px solid var(--edge);padding-left:8px;min-width:0}
.wrong .sides>div:last-child{border-color:var(--bad)}
.sides>div>b{display:block;font-size:12.5px;font-weight:600;color:var(--dim)}
.memory{margin:6px 0;overflow-x:auto}
.memory table{border-spacing:0}
.memory th{font-weight:400;white-space:nowrap;color:var(--dim);text-align:left;padding-right:14px}
.memory td{padding-right:20px;white-space:pre}
mark{background:var(--mark);color:var(--ink);border-radius:3px;font-weight:700}
@media (max-width:1100px){
.memory thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.memory tr,.memory td,.memory th{display:block;padding:0}
.memory tr{margin-bottom:6px}
.memory td::before{content:attr(data-side);display:inline-block;width:5em;color:var(--dim);font-family:system-ui,sans-serif}
}
@media (max-width:520px){
header,main{padding-left:8px;padding-right:8px}
.find{position:static;padding:10px}
.find .search{flex-basis:100%}
details{padding:0 10px;scroll-margin-top:0}
summary{margin:0 -10px;padding:6px 10px}
.two>.sides{grid-template-columns:minmax(0,1fr)}
.memory table{font-size:11px;letter-spacing:-.2px}
.memory td::before{display:block}
}
.two .memory thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.two .memory tr,.two .memory td,.two .memory th{display:block;padding:0}
.two .memory td::before{content:attr(data-side);display:block;color:var(--dim);font-family:system-ui,sans-serif}
@media print{.unexpected{max-height:none}.find{display:none}details{break-inside:avoid}}
`;
