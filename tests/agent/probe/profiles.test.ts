import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { openProbe } from '../../../agent/probe/open-probe.ts'
import { parseProfile } from '../../../agent/probe/parse-profile.ts'
import { builtInNames, builtInProfile, openProfile } from '../../../agent/probe/profiles.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const FOLDER = join(ROOT, 'agent/probe/profiles')
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))

test('each file is a built-in profile under its own name, and sound', () => {
  expect(files.length).toBeGreaterThan(3)
  expect(builtInNames()).toEqual(files.map((file) => file.replace('.json', '')).sort())
  for (const name of builtInNames()) expect(builtInProfile(name).name).toBe(name)
})

test('a name that is nearly one is told which', () => {
  expect(() => builtInProfile('cum-loa-htpp')).toThrow('profile: expected cum-loa-http, got "cum-loa-htpp"')
  expect(() => builtInProfile('zzz')).toThrow('or a file such as ./loa.json, got "zzz"')
})

test('a file of the technician’s own is looked for beside the papers', async () => {
  const folder = temporaryFolder()
  const text = readFileSync(join(FOLDER, 'ping.json'), 'utf8').replace('"ping"', '"loa-xa"')
  await writeFile(join(folder, 'loa-xa.json'), `\uFEFF${text}`)
  expect((await openProfile('loa-xa.json', folder)).name).toBe('loa-xa')
  expect((await openProfile(join(folder, 'loa-xa.json'), '/')).name).toBe('loa-xa')
  const papers = { profile: 'loa-xa.json', target: { address: '127.0.0.1' } }
  expect((await openProbe(papers, folder)).profile.name).toBe('loa-xa')

  await writeFile(join(folder, 'bad.json'), '{"name": 1}')
  await expect(openProfile('bad.json', folder)).rejects.toThrow(/^bad\.json: name: expected/)
  await writeFile(join(folder, 'broken.json'), '{')
  await expect(openProfile('broken.json', folder)).rejects.toThrow('profile: expected a JSON object in')
  await writeFile(join(folder, 'huge.json'), ' '.repeat(70_000))
  await expect(openProfile('huge.json', folder)).rejects.toThrow('70000 bytes where at most 65536 are read')
  await expect(openProfile('missing.json', folder)).rejects.toThrow('no such file')
})

test('they travel inside of the one file that an agent is', async () => {
  const outfile = join(temporaryFolder(), 'profiles.cjs')
  await build({
    ...{ absWorkingDir: ROOT, entryPoints: ['agent/probe/profiles.ts'], outfile },
    ...{ bundle: true, format: 'cjs', platform: 'node', target: 'node20', logLevel: 'silent' },
  })
  const bundled = (await import(outfile)) as { builtInNames(): string[] }
  expect(bundled.builtInNames()).toEqual(builtInNames())
})

test('the guide’s examples are sound profiles, and every word of a profile is in it', () => {
  const guide = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  const examples = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!))
  expect(examples.length).toBeGreaterThanOrEqual(3)
  for (const example of examples) expect(parseProfile(example, 'README.md').name).toBe(example.name)
  const words = [
    'everySeconds',
    'source',
    'optional',
    'snmp-interfaces',
    'uplinks',
    'oid',
    'http',
    'scheme',
    'port',
  ]
  words.push(
    'path',
    'method',
    'body',
    'headers',
    'auth',
    'digest',
    'bearer',
    'format',
    'at',
    'tcp',
    'send',
    'until',
  )
  words.push('ping', 'count', 'match', 'absent', 'scale', 'offset', 'states', 'readings', 'traits')
  for (const word of words) expect(guide, word).toContain(`\`${word}\``)
})
