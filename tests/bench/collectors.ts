/**
 * `npm run bench:collectors`: what each collector takes from the processor in an hour at the default pace, with the
 * child processes that it starts. Each in a fresh process, without the optimizing compiler, as the agent runs; its
 * looks stand apart by idle time, and as many turns of idle time alone are taken off. Its clock runs at the pace of
 * its looks, so what it does once in several looks is done as often as in an hour. Linux.
 *
 * What this machine does not have is made up of files in a folder: a laptop with 19 sensors and two supplies. Files of a
 * disk instead of a driver's: the time of a driver itself is not in it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { systemClock } from '../../agent/clock.ts'
import type { Collector } from '../../agent/collect/collector.ts'
import { createPowerCollector } from '../../agent/collect/power.ts'
import { createTemperatureCollector } from '../../agent/collect/temperature.ts'
import { createBatteryCollector } from '../../agent/linux/battery-collector.ts'
import { createInventoryCollector } from '../../agent/linux/inventory.ts'
import { createUpsLook } from '../../agent/linux/ups-look.ts'
import { thisMachine } from '../../agent/machine.ts'
import { printFigure } from './support/print-figure.ts'

const BOUND_MS_PER_HOUR = 50
const SECONDS_PER_HOUR = 3600
/** The default pace. */
const SAMPLE_SECONDS = 60
/** Besides each sample, by `PowerWatch`. */
const POWER_LOOK_SECONDS = 30

/** Enough for 1 % of the mean of what takes 100 µs; and no longer than this, whatever a look takes. */
const LOOKS = 300
const FOR_MS = 12_000
/** So long that the processor has done other things in between. */
const APART_MS = 10

/** The kernel counts the time of children in these, whatever its own tick. */
const CHILD_TICKS_PER_SECOND = 100

interface Measured {
  name: string
  collector: Collector
  looksPerHour: number
  /** Where it was measured, when not on this machine as it is. */
  on?: string
}

function looksPerHour({ everySeconds = 0 }: Collector): number {
  return SECONDS_PER_HOUR / Math.max(everySeconds, SAMPLE_SECONDS)
}

function everyCollector(folder: string): Measured[] {
  const own = thisMachine().collectors({
    ...{ folder, clock: systemClock, lineUp: () => true, metered: () => false, held: () => false },
  })
  const onLaptop = laptop(folder)
  const supplies = join(onLaptop, 'sys/class/power_supply')
  const power = SECONDS_PER_HOUR / SAMPLE_SECONDS + SECONDS_PER_HOUR / POWER_LOOK_SECONDS
  const here = own.map((collector) => ({
    ...{ name: collector.name.replaceAll(' ', '_'), collector, looksPerHour: looksPerHour(collector) },
  }))
  const made: [string, Collector][] = [
    ['temperature', createTemperatureCollector(join(onLaptop, 'sys/class'))],
    ['battery', createBatteryCollector(onLaptop)],
    ['inventory', createInventoryCollector(onLaptop)],
  ]
  const nothing: Collector = { name: 'nothing', read: async () => ({}) }
  return [
    // What the measuring itself takes.
    { name: 'nothing', collector: nothing, looksPerHour: looksPerHour(nothing) },
    ...here,
    { name: 'power', collector: createPowerCollector(), looksPerHour: power },
    {
      ...{ name: 'power_with_ups', looksPerHour: power, on: 'a small server of its own' },
      collector: createPowerCollector(undefined, { ups: createUpsLook({ root: join(folder, 'ups') }) }),
    },
    { name: 'power_on_laptop', collector: createPowerCollector(supplies), looksPerHour: power, on: 'files' },
    ...made.map(([name, collector]) => ({
      ...{ name: `${name}_on_laptop`, collector, looksPerHour: looksPerHour(collector), on: 'files' },
    })),
  ]
}

/** The root of a laptop's files, as far as collectors read them. */
function laptop(folder: string): string {
  const root = join(folder, 'laptop')
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  const supply = 'sys/class/power_supply'
  write(`${supply}/AC/type`, 'Mains')
  write(`${supply}/AC/online`, '1')
  write(`${supply}/BAT0/type`, 'Battery')
  write(`${supply}/BAT0/status`, 'Full')
  write(`${supply}/BAT0/uevent`, 'POWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_CAPACITY=98')
  write('sys/class/hwmon/hwmon0/name', 'coretemp')
  for (let core = 1; core <= 17; core++) write(`sys/class/hwmon/hwmon0/temp${core}_input`, `${40_000 + core}`)
  write('sys/class/thermal/thermal_zone0/type', 'x86_pkg_temp')
  write('sys/class/thermal/thermal_zone0/temp', '41000')
  write('sys/class/hwmon/hwmon1/name', 'nvme')
  write('sys/class/hwmon/hwmon1/temp1_input', '39000')
  for (const name of [
    'sys_vendor',
    'product_name',
    'product_serial',
    'bios_vendor',
    'bios_version',
    'bios_date',
  ]) {
    write(`sys/class/dmi/id/${name}`, `word of ${name}`)
  }
  write('etc/os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"')
  write('proc/cpuinfo', readFileSync('/proc/cpuinfo', 'utf8'))
  write('proc/meminfo', readFileSync('/proc/meminfo', 'utf8'))
  return root
}

/** A machine that a UPS feeds, of which another process tells as Network UPS Tools do. */
async function upsMachine(folder: string): Promise<{ root: string; ups: ChildProcess }> {
  const code = `require('node:net').createServer((socket) => {
    socket.on('error', () => {}).on('data', () => socket.write('VAR tram ups.status "OL CHRG"\\n'))
  }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const ups = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(ups.stdout!, 'data')
  const root = join(folder, 'ups')
  mkdirSync(join(root, 'etc/nut'), { recursive: true })
  const monitor = `MONITOR tram@127.0.0.1:${String(port).trim()} 1 user pass primary\n`
  writeFileSync(join(root, 'etc/nut/upsmon.conf'), monitor)
  return { root, ups }
}

/** Of this process and of the children that it has waited for, ms. */
function cpuMs(): { self: number; children: number } {
  const { user, system } = process.cpuUsage()
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ')
  const ticks = Number(fields[13]) + Number(fields[14])
  return { self: (user + system) / 1000, children: (ticks / CHILD_TICKS_PER_SECOND) * 1000 }
}

async function measure({ name, collector, looksPerHour, on }: Measured): Promise<void> {
  const aheadMs = (SECONDS_PER_HOUR / looksPerHour) * 1000
  let passedMs = 0
  const now = performance.now.bind(performance)
  performance.now = () => now() + passedMs
  let fault: string | null = null
  const look = async (): Promise<void> => {
    passedMs += aheadMs
    try {
      await collector.read()
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error)
    }
  }
  const before = cpuMs()
  await look()
  const first = cpuMs()
  let looks = 0
  let spentMs = 0
  const endMs = now() + FOR_MS
  for (; looks < LOOKS && now() < endMs; looks++) {
    const start = process.cpuUsage()
    await pause(APART_MS)
    const idle = process.cpuUsage(start)
    const again = process.cpuUsage()
    await look()
    await pause(APART_MS)
    const worked = process.cpuUsage(again)
    spentMs += (worked.user + worked.system - idle.user - idle.system) / 1000
  }
  const childrenMs = (cpuMs().children - first.children) / looks
  const lookMs = spentMs / looks + childrenMs
  printFigure({
    ...{ name: `collectors.${name}.cpu_ms_per_hour`, value: lookMs * looksPerHour, unit: 'ms/h' },
    ...{ bound: BOUND_MS_PER_HOUR, looks_per_hour: Math.round(looksPerHour * 100) / 100 },
    ms_per_look: Number(lookMs.toPrecision(4)),
    ...(childrenMs > 0 && { of_it_children: Number(childrenMs.toPrecision(4)) }),
    first_look_ms: Number((first.self - before.self + first.children - before.children).toPrecision(4)),
    ...{ looks, node: process.versions.node },
    ...(on && { on }),
    ...(fault !== null && { fault }),
  })
}

async function main(): Promise<void> {
  const { values: asked } = parseArgs({ options: { only: { type: 'string' } } })
  const folder = mkdtempSync(join(tmpdir(), 'haidang-bench-'))
  try {
    const all = everyCollector(folder)
    const only = all.find(({ name }) => name === asked.only)
    if (only) {
      setFlagsFromString('--no-opt')
      const { ups } = await upsMachine(folder)
      await measure(only)
      ups.kill()
      return
    }
    for (const { name } of all) {
      const again = [...process.execArgv, fileURLToPath(import.meta.url), '--only', name]
      const { status } = spawnSync(process.execPath, again, { stdio: 'inherit' })
      if (status !== 0)
        throw new Error(`bench:collectors: expected ${name} to be measured, got status ${status}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
