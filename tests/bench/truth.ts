/**
 * `npm run bench:truth`: how true the incident engine is. Simulated years whose truth is known go through the real
 * replay; each line of the goals is printed, with the seed. The seeds and the second set of rates are not for tuning.
 * `--seeds 1,2 --days 90 --shifted` choose others, `--explain FILE` writes what is behind every point that was lost,
 * `--truth FILE --records FILE` score what a replay of a written year has printed.
 */
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { DEFAULT_RATES, type Rates, SHIFTED_RATES } from '../../deploy/demo/simulator/rates.ts'
import { type Simulated, simulate } from '../../deploy/demo/simulator/simulate.ts'
import type { Truth } from '../../deploy/demo/simulator/truth.ts'
import { DEFAULT_RULES } from '../../server/incidents/rules.ts'
import { replay } from '../../server/replay/run.ts'
import type { Explanation } from './support/truth/explain.ts'
import { emptyRecords, keep, type Records } from './support/truth/records.ts'
import { score } from './support/truth/score.ts'

const UNSEEN_SEEDS = '111,112,113'
const SHIFTED_SEED = 114

function* jsonLines({ world, observations }: Simulated): Generator<string> {
  for (const line of world) yield JSON.stringify(line)
  for (const line of observations()) yield JSON.stringify(line)
}

function print(records: Records, truth: Truth, conditions: Record<string, unknown>): Explanation[] {
  const { figures, explanations } = score(records, truth)
  for (const { value, ...figure } of figures) {
    const rounded = Number.isFinite(value) ? Number(value.toPrecision(5)) : null
    const { name, ...rest } = figure
    process.stdout.write(`${JSON.stringify({ name, value: rounded, ...rest, ...conditions })}\n`)
  }
  return explanations().map((explanation) => ({ ...conditions, ...explanation }))
}

async function year(seed: number, days: number, rates: Rates): Promise<Explanation[]> {
  const simulated = simulate({ seed, days, rates })
  const records = emptyRecords()
  const started = performance.now()
  for await (const record of replay(jsonLines(simulated), DEFAULT_RULES)) keep(records, record)
  const replaySeconds = Math.round((performance.now() - started) / 1000)
  const shifted = rates !== DEFAULT_RATES
  const rssMb = Math.round(process.memoryUsage.rss() / 1e6)
  process.stderr.write(`bench:truth: seed ${seed}: made and replayed in ${replaySeconds} s, ${rssMb} MB\n`)
  return print(records, simulated.truth, { seed, shifted, days })
}

async function written(truthFile: string, recordsFile: string): Promise<Explanation[]> {
  const records = emptyRecords()
  for await (const line of createInterface({ input: createReadStream(recordsFile) }))
    if (line !== '') keep(records, JSON.parse(line))
  return print(records, JSON.parse(readFileSync(truthFile, 'utf8')), { file: recordsFile })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      days: { type: 'string', default: '365' },
      shifted: { type: 'boolean', default: false },
      explain: { type: 'string' },
      truth: { type: 'string' },
      records: { type: 'string' },
    },
  })
  const explanations: Explanation[] = []
  if (values.truth && values.records) explanations.push(...(await written(values.truth, values.records)))
  else {
    const days = Number(values.days)
    const rates = values.shifted ? SHIFTED_RATES : DEFAULT_RATES
    for (const seed of (values.seeds ?? UNSEEN_SEEDS).split(',').map(Number))
      explanations.push(...(await year(seed, days, rates)))
    if (values.seeds === undefined) explanations.push(...(await year(SHIFTED_SEED, days, SHIFTED_RATES)))
  }
  if (values.explain)
    writeFileSync(values.explain, explanations.map((one) => `${JSON.stringify(one)}\n`).join(''))
}

await main()
