import { parseArgs } from 'node:util'

export interface DemoOptions {
  sites: number
  /** Virtual seconds in a real one. */
  speed: number
  /** How long it plays, in real time; null: until the story is over. */
  minutes: number | null
  seed: number
  /** A file in the format of the replay instead of the simulator. */
  story: string | null
  keep: boolean
  httpPort: number
}

/** Faster than this the loss of a line cannot be told from a busy processor: 1.5 keepalives of a minute are 0.75 s. */
const MAX_SPEED = 120
/** 14 devices a site: 200 of them are 2,800 TLS connections with both ends on this machine. */
const MAX_SITES = 200

interface Range {
  low: number
  high: number
  fallback: number
}

/** @throws Error naming every option that is not as expected, a line each */
export function readOptions(args: string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      sites: { type: 'string' },
      speed: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      story: { type: 'string' },
      port: { type: 'string' },
      keep: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const problems: string[] = []
  const whole = (
    name: 'sites' | 'speed' | 'minutes' | 'seed' | 'port',
    { low, high, fallback }: Range,
  ): number => {
    const given = values[name]
    if (given === undefined) return fallback
    const number = Number(given)
    if (/^\d+$/.test(given) && number >= low && number <= high) return number
    problems.push(`--${name}: expected a whole number from ${low} to ${high}, got ${JSON.stringify(given)}`)
    return fallback
  }
  const options = {
    sites: whole('sites', { low: 3, high: MAX_SITES, fallback: 100 }),
    speed: whole('speed', { low: 1, high: MAX_SPEED, fallback: 60 }),
    minutes: values.minutes === undefined ? null : whole('minutes', { low: 1, high: 1440, fallback: 0 }),
    seed: whole('seed', { low: 0, high: 1_000_000, fallback: 7 }),
    httpPort: whole('port', { low: 0, high: 65_535, fallback: 0 }),
    story: values.story ?? null,
    keep: values.keep ?? false,
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return options
}
