import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')

/** Whom each part of the house may know. This table is the rule; everything else follows from it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: ['protocol'],
  agent: ['agent', 'protocol'],
  broker: ['broker', 'protocol'],
  web: ['web', 'protocol'],
  server: ['server', 'broker', 'web', 'protocol'],
  'server/incidents': ['server/incidents', 'protocol'],
  'server/availability': ['server/availability', 'server/incidents', 'protocol'],
  deploy: ['deploy', 'agent', 'server', 'protocol'],
  'deploy/demo/simulator': ['deploy/demo/simulator', 'protocol'],
}

/** What only some files of the house may touch, and which. */
const ONLY_IN: [pattern: RegExp, what: string, files: readonly string[]][] = [
  [/@influxdata\//, 'InfluxDB', ['server/projections/readings/influx.ts']],
  [
    /process\.env\b/,
    'the environment',
    // Where Windows has been installed nothing else tells.
    ['server/main.ts', 'deploy/start.ts', 'agent/windows/powershell.ts'],
  ],
  [/from 'libsql'/, 'the SQLite driver', ['server/sqlite/database.ts']],
  [
    /from 'mqtt'/,
    'the MQTT client',
    ['agent/link/connect.ts', 'agent/link/line.ts', 'agent/link/packet-bytes.ts'],
  ],
  [/from 'aedes'/, 'the MQTT broker', ['broker/']],
]

function sourcesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g), ...text.matchAll(/^import '([^']+)'/gm)].map(
    ([, name]) => name!,
  )
}

/** A specifier as a path from the root, or null for a package or a part of Node. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : null
}

function within(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`))
}

test.each(Object.entries(MAY_IMPORT))('%s imports only from %j', (folder, allowed) => {
  const sources = sourcesOf(folder)
  expect(sources.length, `files looked at in ${folder}`).toBeGreaterThan(0)
  const broken = sources.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const target = targetOf(file, specifier)
      return target === null || within(target, allowed) ? [] : [`${file} -> ${target}`]
    }),
  )
  expect(broken).toEqual([])
})

test('only the demo and the tests know the simulator', () => {
  const users = ['protocol', 'agent', 'broker', 'server', 'web', 'deploy']
    .flatMap(sourcesOf)
    .filter((file) =>
      importsOf(file).some((name) => targetOf(file, name)?.startsWith('deploy/demo/simulator/')),
    )
  expect(users.filter((file) => !file.startsWith('deploy/demo/'))).toEqual([])
  expect(users.length, 'files that do').toBeGreaterThan(0)
})

test('protocol and the pages know nothing of Node', () => {
  const broken = ['protocol', 'web'].flatMap((folder) =>
    sourcesOf(folder).filter((file) => importsOf(file).some((specifier) => specifier.startsWith('node:'))),
  )
  expect(broken).toEqual([])
})

test.each(['server/incidents', 'server/availability'])('%s knows no MQTT, no SQL and no clock', (folder) => {
  const broken = sourcesOf(folder).filter((file) =>
    /Date\.now|new Date\(\)|setTimeout|setInterval|from '(?!\.|#protocol)/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  )
  expect(broken).toEqual([])
})

test.each(ONLY_IN)('%s: %s is known only to %j', (pattern, _what, files) => {
  const users = ['protocol', 'agent', 'broker', 'server', 'web', 'deploy']
    .flatMap(sourcesOf)
    .filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(users.filter((file) => !files.some((allowed) => file.startsWith(allowed)))).toEqual([])
  expect(users.length, 'files that do').toBeGreaterThan(0)
})

test('no file of the house names this machine or a package registry', () => {
  const broken = ['protocol', 'agent', 'broker', 'server', 'web', 'deploy', 'tests']
    .flatMap(sourcesOf)
    .filter((file) => /['"`]\/(home|work|root)\//.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(broken).toEqual([])
})
