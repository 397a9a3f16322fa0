// Builds dist/: the command line and its parts as modules, the ledger's writer thread, and what the browser gets.
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = `${root}dist`

rmSync(outdir, { recursive: true, force: true })
mkdirSync(outdir, { recursive: true })

await build({
  absWorkingDir: root,
  entryPoints: { haidang: 'haidang.ts', 'ledger-writer': 'server/ledger/writer.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})

await build({
  absWorkingDir: root,
  entryPoints: { live: 'web/live.ts' },
  outdir: `${outdir}/web`,
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2020',
  tsconfig: 'web/tsconfig.json',
  logLevel: 'warning',
})

await build({
  absWorkingDir: root,
  entryPoints: { style: 'web/style.css' },
  outdir: `${outdir}/web`,
  minify: true,
  logLevel: 'warning',
})
