/** Writes a simulated year: `write-year.ts SEED DAYS FILE [--shifted]` makes FILE.ndjson and FILE.truth.json. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DEFAULT_RATES, SHIFTED_RATES } from '../../deploy/demo/simulator/rates.ts'
import { simulate } from '../../deploy/demo/simulator/simulate.ts'

const CHUNK_CHARACTERS = 1 << 20

const { values, positionals } = parseArgs({
  options: { shifted: { type: 'boolean', default: false }, sites: { type: 'string', default: '100' } },
  allowPositionals: true,
})
const [seed, days, file] = [Number(positionals[0]), Number(positionals[1]), positionals[2]]
if (!Number.isInteger(seed) || !(days > 0) || file === undefined) {
  process.stderr.write(`write-year: expected SEED DAYS FILE, got ${JSON.stringify(positionals)}\n`)
  process.exit(2)
}
const rates = values.shifted ? SHIFTED_RATES : DEFAULT_RATES
const year = simulate({ seed, days, sites: Number(values.sites), rates })
const handle = openSync(`${file}.ndjson`, 'w')
let chunk = ''
const counts: Record<string, number> = {}
for (const lines of [year.world, year.observations()])
  for (const line of lines) {
    counts[line.type] = (counts[line.type] ?? 0) + 1
    chunk += `${JSON.stringify(line)}\n`
    if (chunk.length > CHUNK_CHARACTERS) {
      writeSync(handle, chunk)
      chunk = ''
    }
  }
writeSync(handle, chunk)
closeSync(handle)
writeFileSync(`${file}.truth.json`, JSON.stringify(year.truth))
process.stdout.write(`${JSON.stringify(counts)}\n`)
