import { cpus } from 'node:os'
import { stateNumber } from '#protocol/metrics.ts'
import type { Traits } from '#protocol/traits.ts'
import type { Collector, Values } from '../collect/collector.ts'
import { temperatureOf } from '../collect/temperature.ts'
import { batteryOf } from './battery.ts'
import { diskDrives, disksText, fullestPercent, physicalDisks, withPrediction } from './disks.ts'
import { faultOf } from './fault.ts'
import { inventoryTraits } from './inventory.ts'
import { endingOfParts } from './last-boot-end.ts'
import { createWindowsLook, type WindowsLook, type WindowsParts } from './look.ts'
import { systemTraits } from './system.ts'
import { thermalSensors } from './temperature.ts'
import { createTrafficCollector } from './traffic-collector.ts'
import { isRestartPending, lastUpdateMs } from './updates.ts'

/**
 * How often they ask the look, which starts PowerShell at its own pace and else gives what it has: what they tell is at
 * most so much older than the look.
 */
const ASK_SECONDS = 300

/** Longer than PowerShell itself may take, so that what it said until then counts. */
const WITHIN_MS = 120_000

interface Found {
  values?: Values
  traits?: Traits
}

/** Makes of one look what one collector tells. @throws Error that says what was expected, and what Windows said */
type Reading = (parts: WindowsParts, nowMs: number) => Found

const READINGS: Readonly<Record<string, Reading>> = {
  system: (parts) => {
    const [os] = parts.rows('os')
    if (!os) throw new Error('os: expected a row, got none')
    return { traits: systemTraits(os, parts.rowsIfAny('edition')[0] ?? null) }
  },
  'boot end': (parts) => {
    const ending = endingOfParts(parts)
    return { traits: ending ? { boot_end: ending.evidence } : {} }
  },
  volumes: (parts) => {
    const percent = fullestPercent(parts.rows('volumes'))
    return { values: percent === null ? {} : { fullest_disk_percent: percent } }
  },
  disks: (parts) => {
    const physical = physicalDisks(parts.rowsIfAny('disks'))
    const known = physical.length > 0 ? physical : diskDrives(parts.rows('drives'))
    const { health, disks } = withPrediction(known, parts.rowsIfAny('predicted'))
    if (health === null) return {}
    return {
      values: { disk_health: stateNumber('disk_health', health) },
      traits: { disks: disksText(disks) },
    }
  },
  // Few PCs have it, and only an administrator may ask; what is not there is no fault, what is forbidden is.
  'windows temperature': (parts) => {
    const celsius = temperatureOf(thermalSensors(parts.rowsWhereKnown('thermal')))
    return { values: celsius === null ? {} : { temperature_celsius: celsius } }
  },
  battery: (parts) => {
    const battery = batteryOf(parts.rowsWhereKnown('battery'), parts.rowsIfAny('charging'))
    if (!battery) return {}
    const { source, percent, minutes, text } = battery
    const values: Values = { power_source: stateNumber('power_source', source) }
    if (percent !== null) values.battery_percent = percent
    if (minutes !== null) values.battery_minutes = minutes
    return { values, traits: { battery: text } }
  },
  restart: (parts) => {
    const pending = isRestartPending(parts.rows('reboot')[0] ?? {}, valuesIfAny(parts, 'renames'))
    const state = pending === null ? 'unknown' : pending ? 'yes' : 'no'
    return { values: { pending_reboot: stateNumber('pending_reboot', state) } }
  },
  updates: (parts, nowMs) => {
    const rows = {
      packages: parts.rowsIfAny('packages'),
      hotfixes: parts.rowsIfAny('hotfixes'),
      autoupdate: parts.rowsIfAny('autoupdate'),
    }
    const updatedMs = lastUpdateMs(rows, nowMs)
    if (updatedMs === null) {
      // A Windows that was just set up has none. Where all three failed, the surest says why.
      const found = parts.rows('packages').length
      if (found > 0)
        throw new Error(`packages: expected a time of installation, got ${found} rows without one`)
      return {}
    }
    return { values: { update_age_hours: Math.max(0, Math.floor((nowMs - updatedMs) / 3600_000)) } }
  },
  inventory: (parts) => {
    const [computer, product, bios, board] = ['computer', 'product', 'bios', 'board'].map(
      (name) => parts.rowsIfAny(name)[0] ?? null,
    )
    const rows = { computer: computer!, product: product!, bios: bios!, board: board! }
    if (Object.values(rows).every((row) => row === null)) parts.rows('computer')
    const [memory, adapters] = [parts.rowsIfAny('memory'), parts.rowsIfAny('adapters')]
    return { traits: inventoryTraits({ ...rows, memory, adapters, processor: cpus()[0]?.model ?? null }) }
  },
}

/** What a Windows PC tells beyond processor, memory and volume; its antivirus is judged elsewhere. */
export function windowsCollectors(look: WindowsLook = createWindowsLook(), now = Date.now): Collector[] {
  return [
    createTrafficCollector(look),
    ...Object.entries(READINGS).map(([name, reading]) => createCollector(name, reading, look, now)),
  ]
}

function createCollector(name: string, reading: Reading, look: WindowsLook, now: () => number): Collector {
  let traits: Traits = {}
  return {
    name,
    everySeconds: ASK_SECONDS,
    withinMs: WITHIN_MS,
    async read(signal) {
      const parts = await look.parts(signal).catch((error: unknown) => {
        throw new Error(faultOf(error, name))
      })
      const found = reading(parts, now())
      traits = found.traits ?? {}
      return found.values ?? {}
    },
    traits: () => traits,
  }
}

function valuesIfAny(parts: WindowsParts, name: string): readonly unknown[] {
  const part = parts.part(name)
  return 'rows' in part ? part.rows : []
}
