/** The style sheet of a report: a page of text with figures in it, light and dark, wide and narrow, and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1d1c1a; --soft: #5f5b54; --rule: #ddd8ce; --wash: #f4f1ea; --flag: #a3390f;
  --fluvial-1: #2f6fc6; --fluvial-2: #c75a1f; --fluvial-3: #1c8561; --fluvial-4: #9450bd;
  --fluvial-5: #98700a; --fluvial-6: #c23f72; --fluvial-7: #147e94; --fluvial-8: #6b7626;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --ink: #e8e5df; --soft: #a8a49b; --rule: #34373b; --wash: #1d2024; --flag: #f0936c;
    --fluvial-1: #6aa3ee; --fluvial-2: #ee8b55; --fluvial-3: #4dbb93; --fluvial-4: #c492e6;
    --fluvial-5: #d3a53a; --fluvial-6: #f07fa8; --fluvial-7: #4fb6cc; --fluvial-8: #aab655;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 var(--serif); }
main { max-width: 62rem; margin: 0 auto; padding: 4.5rem 1.5rem 5rem; }
h1 { font-size: clamp(2rem, 5vw, 2.9rem); line-height: 1.12; font-weight: 500; letter-spacing: -0.012em; margin: 0 0 0.6rem; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.45rem; font-weight: 500; line-height: 1.25; margin: 4rem 0 0.5rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); }
h3 { font: 600 0.9rem/1.3 var(--sans); margin: 1.8rem 0 0.4rem; overflow-wrap: anywhere; }
p { margin: 0.5rem 0 1rem; max-width: 38rem; text-wrap: pretty; }
.kicker { font: 0.8rem/1.4 var(--sans); letter-spacing: 0.04em; color: var(--soft); margin: 0 0 0.5rem; }
.lede { font-size: 1.2rem; color: var(--soft); margin-bottom: 2rem; text-wrap: balance; }
.verdicts { margin: 0; padding: 0; max-width: 48rem; }
.verdicts > div { display: grid; grid-template-columns: 11rem 1fr; gap: 1.2rem; padding: 0.7rem 0; border-top: 1px solid var(--rule); }
.verdicts > div:last-child { border-bottom: 1px solid var(--rule); }
.verdicts dt { font: 600 0.95rem/1.65 var(--sans); overflow-wrap: anywhere; }
.verdicts dd { margin: 0; }
.aside { color: var(--soft); }
.chip { display: inline-block; width: 0.95em; height: 0.26em; border-radius: 0.2em; margin-right: 0.5em; vertical-align: 0.26em; background: var(--chip, currentColor); }
.legend { font: 0.85rem/1.5 var(--sans); display: flex; flex-wrap: wrap; gap: 0.1rem 1.3rem; padding: 0; margin: 0.4rem 0 1rem; list-style: none; }
.scroll { overflow-x: auto; margin: 1rem -0.8rem 0.4rem 0; padding-right: 0.8rem; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--fluvial-1); outline-offset: 3px; }
table { border-collapse: collapse; font: 0.875rem/1.4 var(--sans); font-variant-numeric: tabular-nums lining-nums; min-width: 100%; }
caption { caption-side: bottom; text-align: left; padding: 0.6rem 0 0; color: var(--soft); font-size: 0.82rem; max-width: min(44rem, 100vw - 2.4rem); }
th, td { text-align: right; padding: 0.34rem 0 0.34rem 1.4rem; white-space: nowrap; vertical-align: baseline; }
th:first-child { text-align: left; padding-left: 0; }
thead th { font-weight: 500; color: var(--soft); border-bottom: 1px solid var(--ink); font-size: 0.8rem; vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
tbody td:empty::before { content: "–"; color: var(--soft); }
.flag { color: var(--flag); font-weight: 600; }
.flag::after { content: " *"; margin-right: -0.75em; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1.4rem 1.8rem; }
.panels.wide { grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); }
figure { margin: 0; min-width: 0; }
figure svg { width: 100%; }
figcaption { font: 600 0.85rem/1.4 var(--sans); margin-bottom: 0.1rem; overflow-wrap: anywhere; }
.plain svg { margin-top: 0.4rem; }
.for-narrow { display: none; }
details { margin: 0.6rem 0; }
summary { font: 0.9rem/1.5 var(--sans); cursor: pointer; color: var(--soft); padding: 0.2rem 0; }
summary:hover { color: var(--ink); }
.glossary { columns: 2 20rem; column-gap: 3rem; font-size: 0.95rem; margin: 1rem 0 0; }
.glossary div { break-inside: avoid; margin-bottom: 0.9rem; }
.glossary dt { font-weight: 600; font-family: var(--sans); font-size: 0.85rem; }
.glossary dd { margin: 0; color: var(--soft); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); font: 0.82rem/1.5 var(--sans); color: var(--soft); }
@media (max-width: 40rem) {
  main { padding: 2.2rem 1.1rem 3rem; }
  h2 { margin-top: 3rem; }
  .lede { font-size: 1.1rem; }
  .verdicts > div { grid-template-columns: 1fr; gap: 0; }
  .for-wide { display: none; }
  .for-narrow { display: block; }
  th, td { padding-left: 1rem; }
  tbody th, thead th:first-child { position: sticky; left: 0; background: var(--paper); max-width: 9.5rem; overflow: hidden; text-overflow: ellipsis; }
}
@media print {
  main { max-width: none; padding: 0; }
  figure, tr { break-inside: avoid; }
}`;
