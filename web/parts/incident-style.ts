/** What the page of an incident needs beside the style of every page, so that no other page carries it. */
export const INCIDENT_STYLE = `
.lead{margin:.25rem 0}
.tag a{display:inline-flex;align-items:center;min-height:44px}
.take{max-width:20rem;margin-top:.75rem}
.steps,.reasons{padding-left:1.5rem}
.reasons{list-style:disc}
:is(.steps,.reasons)>li{padding:.2rem 0}
main>section>.site,.timeline{max-width:48rem;margin-bottom:.5rem;list-style:none}
.timeline>li{display:flex;gap:.75rem;padding:.4rem 0;border-top:1px solid var(--line)}
.timeline time{flex:0 0 3rem;color:var(--dim)}
.timeline p,.told,.day{color:var(--dim);font-size:.875rem}
`
