import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { MAX_KEEPALIVE_SECONDS } from '#protocol/limits.ts'
import type { Settings } from '#protocol/settings.ts'
import { MAX_REPORT_SECONDS, MAX_SAMPLE_SECONDS, MIN_KEEPALIVE_SECONDS } from './config.ts'
import { replaceFile } from './durable.ts'
import type { Log } from './log.ts'

const FILE = 'settings.json'

/** A day: whoever has not come back by then is not one of a crowd. */
const MAX_SPREAD_SECONDS = 86_400
/** A terabyte a month is no cap. */
const MAX_MONTHLY_BYTES = 1e12

/** What the centre last wanted of this device; null while it has wanted nothing. A damaged file is set aside. */
export async function readSettings(folder: string, log: Pick<Log, 'warn'>): Promise<Settings | null> {
  const path = join(folder, FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  let problems: string[]
  try {
    // An agent of before there were such flags has kept none.
    const settings: Settings = {
      ...{ hold: false, measure: false },
      ...(JSON.parse(text) as Omit<Settings, 'hold' | 'measure'>),
    }
    problems = problemsOf(settings)
    if (problems.length === 0) return settings
  } catch {
    problems = [`${FILE}: expected JSON, got ${text.slice(0, 80)}`]
  }
  log.warn({ path, problems }, 'settings set aside: going by the papers')
  await rename(path, `${path}.damaged`)
  return null
}

/** Durable when it resolves. */
export async function writeSettings(folder: string, settings: Settings): Promise<void> {
  await replaceFile(join(folder, FILE), `${JSON.stringify(settings)}\n`)
}

/** What in them no device can follow: one sentence each. */
export function problemsOf(settings: Settings): string[] {
  if (typeof settings !== 'object' || settings === null) return ['settings: expected an object']
  const { number, sampleSeconds, reportSeconds, keepaliveSeconds, spreadSeconds, monthlyBytes } = settings
  const bounds: [name: string, value: unknown, min: number, max: number][] = [
    ['number', number, 1, Number.MAX_SAFE_INTEGER],
    ['sampleSeconds', sampleSeconds, 1, MAX_SAMPLE_SECONDS],
    ['reportSeconds', reportSeconds, Number(sampleSeconds), MAX_REPORT_SECONDS],
    ['keepaliveSeconds', keepaliveSeconds, MIN_KEEPALIVE_SECONDS, MAX_KEEPALIVE_SECONDS],
    ['spreadSeconds', spreadSeconds, 0, MAX_SPREAD_SECONDS],
  ]
  if (monthlyBytes !== null) bounds.push(['monthlyBytes', monthlyBytes, 0, MAX_MONTHLY_BYTES])
  const outOfBounds = bounds
    .filter(
      ([, value, min, max]) => !(Number.isInteger(value) && Number(value) >= min && Number(value) <= max),
    )
    .map(
      ([name, value, min, max]) =>
        `settings: ${name}: expected a whole number from ${min} to ${max}, got ${value}`,
    )
  for (const flag of ['hold', 'measure'] as const) {
    const value = settings[flag]
    if (typeof value !== 'boolean')
      outOfBounds.push(`settings: ${flag}: expected true or false, got ${value}`)
  }
  return outOfBounds
}
