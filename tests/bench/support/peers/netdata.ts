import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from '../namespace.ts'
import { type Peer, SAMPLE_SECONDS } from './peer.ts'
import { answering } from './program.ts'

const PORT = 19_999
const CHILD = 'pc'

interface Settings {
  updateSeconds: number
}

/** One netdata of its own: everything that it keeps is in `folder`. */
function writeConfig(folder: string, sections: Record<string, string[]>, stream: string): void {
  const folders = ['config', 'cache', 'lib', 'log', 'lock', 'home']
  for (const name of folders) mkdirSync(join(folder, name), { recursive: true })
  const directories = folders.map((name) => `${name} = ${join(folder, name)}`)
  const all = { directories, logs: ['error = stderr', 'access = none', 'debug = none'], ...sections }
  const text = Object.entries(all).map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'netdata.conf'), text.join(''))
  writeFileSync(join(folder, 'config', 'stream.conf'), stream)
  // It tells its makers nothing about this machine.
  writeFileSync(join(folder, 'config', '.opt-out-from-anonymous-statistics'), '')
}

function writeParent(folder: string, line: Namespace, key: string): void {
  const own = ['proc', 'diskspace', 'cgroups', 'tc', 'idlejitter', 'timex', 'apps', 'netdata monitoring']
  const sections = {
    global: ['run as user = root', 'hostname = centre'],
    db: ['mode = ram'],
    web: [`bind to = ${line.serverAddress}:${PORT}`],
    health: ['enabled = no'],
    // It only takes: what it would measure of itself is no part of this.
    plugins: [...own.map((name) => `${name} = no`), 'enable running new plugins = no'],
  }
  writeConfig(folder, sections, `[${key}]\nenabled = yes\ndefault memory mode = ram\n`)
}

function writeChild(folder: string, line: Namespace, key: string, settings: Settings): void {
  const sections = {
    global: ['run as user = root', `hostname = ${CHILD}`],
    db: ['mode = ram', `update every = ${settings.updateSeconds}`],
    web: ['mode = none'],
  }
  const stream = ['enabled = yes', `destination = tcp:${line.serverAddress}:${PORT}`, `api key = ${key}`]
  writeConfig(folder, sections, `[stream]\n${stream.join('\n')}\n`)
}

function start(settings: Settings): Peer['start'] {
  return async ({ line, folder, outside, inside }) => {
    const key = randomUUID()
    const [parentFolder, childFolder] = [join(folder, 'parent'), join(folder, 'child')]
    writeParent(parentFolder, line, key)
    writeChild(childFolder, line, key, settings)
    const netdata = (home: string) => ['netdata', '-D', '-c', join(home, 'netdata.conf')]
    outside(...netdata(parentFolder))
    await answering(`http://${line.serverAddress}:${PORT}/api/v1/info`)
    inside(...netdata(childFolder))
    const ask = async <Answer>(path: string) =>
      (await (
        await fetch(`http://${line.serverAddress}:${PORT}/host/${CHILD}/api/v1/${path}`)
      ).json()) as Answer
    return async () => {
      const { charts } = await ask<{ charts: Record<string, { dimensions: object }> }>('charts')
      const dimensions = Object.values(charts).map((chart) => Object.keys(chart.dimensions).length)
      // All charts are as long as this one. What the parent has no value for it gives as null.
      const { data } = await ask<{ data: (number | null)[][] }>(
        'data?chart=system.cpu&after=-3600&points=3600',
      )
      const filled = data.filter(([, value]) => value !== null)
      return filled.length * dimensions.reduce((sum, count) => sum + count, 0)
    }
  }
}

const COMMON = {
  encrypted: false,
  programs: { netdata: 'netdata-core' },
  periodSeconds: SAMPLE_SECONDS,
} as const

/** A netdata child that streams to its parent: all that it measures, not the ten values. */
export const netdata: Peer[] = [
  { ...COMMON, name: 'netdata', setting: 'default', delaySeconds: 1, start: start({ updateSeconds: 1 }) },
  {
    ...COMMON,
    name: 'netdata_60',
    setting: 'thriftiest',
    delaySeconds: SAMPLE_SECONDS,
    start: start({ updateSeconds: SAMPLE_SECONDS }),
  },
]
