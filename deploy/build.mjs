// Builds dist/: the agent as one file, the command line and its parts as modules, the ledger's writer thread, and what
// the browser gets.
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const outdir = `${root}dist`

rmSync(outdir, { recursive: true, force: true })
mkdirSync(outdir, { recursive: true })

/** mqtt.js also speaks WebSocket and goes through SOCKS; an agent does neither. */
const withoutWebSocket = {
  name: 'without-web-socket',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules[\\/](ws|socks)[\\/]/ }, () => ({ contents: '' }))
  },
}

/**
 * Without its cache mqtt-packet does not hold a Buffer for each number of two bytes: 14 MB, with the room that making
 * 65,536 of them takes.
 */
const agentEntry = `
  import { writeToStream } from 'mqtt-packet'
  writeToStream.cacheNumbers = false
  export { runAgent, runRelay } from './agent/main.ts'
  if (require.main === module) {
    module.exports.runAgent(process.argv.slice(2)).then((status) => { process.exitCode = status })
  }
`

/**
 * All that an agent needs beside Node, in the one file that is copied to a PC: `node agent.cjs --data FOLDER`. Only
 * macOS asks systeminformation for its counters, 430 KB of it: there it is found in the clone's packages.
 * The optimizing compiler is off before anything runs: with it an agent grows from 52 to 61 MB in 300 samples, without
 * it from 48 to 49, and takes no more time of a core, as what is done once a minute never pays for being compiled.
 * Names stay, so that a stack in a log can be read.
 */
await build({
  absWorkingDir: root,
  stdin: { contents: agentEntry, resolveDir: root, sourcefile: 'agent.cjs' },
  outfile: `${outdir}/agent.cjs`,
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  plugins: [withoutWebSocket],
  external: ['systeminformation'],
  banner: { js: "require('node:v8').setFlagsFromString('--no-opt');" },
  logLevel: 'warning',
})

/** The command line runs the same file; by `require`, as `import` would hold 12 MB more for the names it exports. */
const withAgentFile = {
  name: 'with-agent-file',
  setup({ onResolve, onLoad }) {
    const filter = /^\.\/agent\/main\.ts$/
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'agent-file' }))
    onLoad({ filter, namespace: 'agent-file' }, () => ({
      contents: `import { createRequire } from 'node:module'
        export const { runAgent, runRelay } = createRequire(import.meta.url)('./agent.cjs')`,
    }))
  },
}

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
  plugins: [withAgentFile],
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
