/** What the availability page needs beside the style of every page, so that no other page carries it. */
export const FIGURES_STYLE = `
.chooser{display:flex;flex-wrap:wrap;align-items:end;gap:.5rem .75rem;margin:.75rem 0}
.chooser label{flex:1 1 9rem;max-width:22rem;color:var(--dim);font-size:.875rem}
.tick{display:flex;align-items:center;min-height:44px;font-size:1rem!important}
.tick input{width:1.25rem;min-height:1.25rem;margin:0 .5rem 0 0}
.chooser button,.publish button{width:auto;padding:0 1.5rem}
select{display:block;width:100%;min-height:44px;margin-top:.25rem;padding:0 .5rem;border:1px solid var(--dim);border-radius:8px;background:var(--card);color:var(--ink);font:inherit}
.values{margin-top:.5rem}
.figures{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
.figures table{display:table;width:100%;border-collapse:separate;border-spacing:0;font-size:.8125rem;overflow-wrap:normal}
.figures thead{display:table-header-group}
.figures tbody{display:table-row-group}
.figures tr{display:table-row}
.figures :is(th,td):nth-child(n){position:static;clip-path:none;padding:.5rem .4rem;border-bottom:1px solid var(--line);color:inherit;font-size:inherit;text-align:right;white-space:nowrap}
.figures thead th:nth-child(n){color:var(--dim);white-space:normal;vertical-align:bottom;min-width:3.4rem;padding-block:.25rem}
.figures thead [colspan]:nth-child(n){text-align:center;border-bottom:0}
.figures tr>:first-child:is([scope=row],[rowspan]){position:sticky!important;left:0;min-width:8.5rem;max-width:14rem;background:var(--card);text-align:left!important;white-space:normal}
.figures tbody tr:last-child>:nth-child(n){border-bottom:0}
.figures.words :is(th,td):nth-child(n){min-width:7rem;text-align:left;white-space:normal}
.words thead th:first-child{position:sticky!important;left:0;background:var(--card)}
.figures th a{display:inline-flex;align-items:center;min-height:24px}
.figures small{display:block;font-size:.75rem}
.versions{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.75rem;align-items:start}
.versions>li{padding:.75rem;border:1px solid var(--line);border-radius:10px;background:var(--card)}
.versions [aria-current]{border-color:var(--link);border-width:2px}
.versions dl{display:grid;grid-template-columns:1fr auto;gap:.15rem .75rem;margin:.5rem 0}
.versions dd{font-size:.9375rem;text-align:right}
.versions ul li{margin-top:.4rem;font-size:.875rem}
.versions p{font-size:.875rem}
.rules{padding-left:1.25rem;list-style:disc}
.rules li{margin-top:.35rem;max-width:60rem}
.publish{margin:.75rem 0}
`
