/** What a device's page needs beside the style of every page, so that no other page carries it. */
export const DEVICE_STYLE = `
.facts,.card{padding:.25rem .75rem;border:1px solid var(--line);border-radius:10px;background:var(--card)}
.facts>div,.card>li{padding:.4rem 0;border-top:1px solid var(--line)}
.facts>:first-child,.card>:first-child{border:0}
.facts dd{font-size:1rem;font-weight:400}
.facts small,.faults small{display:block}
.bad{color:var(--bad)}
h3+.values{margin-top:.25rem}
section>h3{margin-top:.5rem;color:var(--dim);font-size:.9375rem}
@media(min-width:40rem){.facts>div{display:grid;grid-template-columns:11rem 1fr;gap:0 .75rem}.facts dt{padding-top:.1rem}}
`
