/** How the page looks: in light and dark, on a narrow and a wide screen, and on paper. It names no font and no picture to load. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #fff; --card: #f6f7f9; --text: #1a1d23; --quiet: #565d6b; --line: #ccd2db; --accent: #0b57b0;
  --warn-back: #fff6db; --warn-line: #9a6b00; }
@media (prefers-color-scheme: dark) { :root { --back: #14171c; --card: #1d2127; --text: #e5e8ee; --quiet: #a3abb9; --line: #3c434e;
  --accent: #82b7ff; --warn-back: #2e2713; --warn-line: #e0b04a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 64rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
p { margin: .5rem 0; }
ul { margin: 0; padding: 0; list-style: none; }
a { color: var(--accent); }
code, pre { font: .875rem/1.5 ui-monospace, monospace; white-space: pre-wrap; unicode-bidi: isolate; }
pre { margin: .5rem 0 0; padding: .75rem; background: var(--back); border: 1px solid var(--line); border-radius: .375rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; }
summary { cursor: pointer; margin-left: 1.1rem; padding: .25rem 0; list-style-position: outside; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.reference { color: var(--quiet); }
.notice { background: var(--warn-back); border-left: .3rem solid var(--warn-line); padding: .75rem 1rem; margin: 1rem 0;
  border-radius: .25rem; }
.notice p { margin: 0; }
.notice p + p { margin-top: .35rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 .75rem; }
.rows { margin: 0; display: grid; grid-template-columns: minmax(6rem, 10rem) minmax(0, 1fr); gap: .3rem 1rem; }
.rows dt { color: var(--quiet); }
.rows dd { margin: 0; min-width: 0; }
.listing { padding-left: 1.1rem; }
.listing li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: .3rem 0; border-top: 1px solid var(--line); }
.size { color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.digest { grid-column: 1 / -1; color: var(--quiet); font-size: .8rem; }
.quiet { color: var(--quiet); }
.graph, .graph ul { --gap: 1.5rem; }
.graph ul { margin-left: .9rem; }
.graph ul > li { position: relative; padding: .6rem 0 0 var(--gap); }
.graph ul > li::before { content: ""; position: absolute; left: 0; top: 0; bottom: 0; border-left: 2px solid var(--line); }
.graph ul > li:last-child::before { bottom: auto; height: 1.9rem; }
.graph ul > li::after { content: ""; position: absolute; left: 0; top: 1.9rem; width: var(--gap); border-top: 2px solid var(--line); }
.node { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
.node p { margin: 0; }
.kind { font-weight: 600; }
@media (max-width: 40rem) {
  .rows { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .rows dd { margin-bottom: .6rem; }
  .card { padding: .6rem .75rem; }
  .graph ul { margin-left: .4rem; }
  .graph, .graph ul { --gap: .9rem; }
}
@media print { nav { display: none; } .card, .node, .notice { break-inside: avoid; } }
`;
