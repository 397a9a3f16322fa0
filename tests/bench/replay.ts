/**
 * `npm run bench:replay`: a year of 1,400 devices, as the simulator makes it, through `haidang replay` as it is built, in
 * a process of its own: how long it takes, what memory, and whether two runs print the same bytes.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { simulate } from '../../deploy/demo/simulator/simulate.ts'
import { printFigure } from './support/print-figure.ts'

const HAIDANG = fileURLToPath(new URL('../../dist/haidang.js', import.meta.url))
const SEED = 7
const MAX_SECONDS = 120
const MAX_MB = 1000
const LOOK_MS = 100
const TICKS_PER_SECOND = 100

interface Ended {
  seconds: number
  /** Of all its threads: what a machine that is busy with other things does not stretch. */
  cpuSeconds: number
  rssMb: number
  sha256: string
  records: number
}

/** @returns how many lines the file has */
async function writeYear(path: string): Promise<{ lines: number; devices: number }> {
  const { world, observations } = simulate({ seed: SEED })
  let lines = 0
  const devices = world.filter(({ type }) => type === 'device').length
  const text = function* () {
    let piece = ''
    for (const each of [world, observations()]) {
      for (const line of each) {
        lines++
        piece += `${JSON.stringify(line)}\n`
        if (piece.length < 65_536) continue
        yield piece
        piece = ''
      }
    }
    yield piece
  }
  await pipeline(Readable.from(text()), createWriteStream(path))
  return { lines, devices }
}

async function replay(path: string): Promise<Ended> {
  const began = performance.now()
  const child = spawn(process.execPath, [HAIDANG, 'replay', path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let used = { rssMb: 0, cpuSeconds: 0 }
  const look = setInterval(() => {
    used = usedBy(child.pid!) ?? used
  }, LOOK_MS)
  const hash = createHash('sha256')
  let records = 0
  child.stdout.on('data', (chunk: Buffer) => {
    hash.update(chunk)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) records++
  })
  const [status] = (await once(child, 'close')) as [number | null]
  clearInterval(look)
  if (status !== 0) throw new Error(`haidang replay: expected status 0, got ${status}`)
  return { seconds: (performance.now() - began) / 1000, ...used, sha256: hash.digest('hex'), records }
}

/** The most memory that it ever held, and its time of a core, as the kernel counts them; null once it is gone. */
function usedBy(pid: number): { rssMb: number; cpuSeconds: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    // One that has ended and was not waited for yet has no memory any more.
    const peakKib = /VmHWM:\s+(\d+) kB/.exec(status)?.[1]
    if (peakKib === undefined) return null
    return {
      rssMb: (Number(peakKib) * 1024) / 1_000_000,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    }
  } catch {
    return null
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  try {
    const path = join(folder, 'year.ndjson')
    const { lines, devices } = await writeYear(path)
    const one = await replay(path)
    const other = await replay(path)
    const conditions = { devices, days: 365, seed: SEED }
    const seconds = Math.max(one.seconds, other.seconds)
    const same = one.sha256 === other.sha256
    printFigure({
      ...{ name: 'replay.year_s', value: seconds, unit: 's', ...conditions, bound: MAX_SECONDS },
      cpu_s: Math.max(one.cpuSeconds, other.cpuSeconds),
    })
    const rssMb = Math.max(one.rssMb, other.rssMb)
    printFigure({ name: 'replay.rss_mb', value: rssMb, unit: 'MB', ...conditions, bound: MAX_MB })
    printFigure({ name: 'replay.lines', value: lines, unit: 'lines', ...conditions, records: one.records })
    printFigure({
      ...{ name: 'replay.deterministic', value: same ? 1 : 0, unit: 'bool' },
      ...conditions,
      sha256: one.sha256,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await main()
